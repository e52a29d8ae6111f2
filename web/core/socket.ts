/** A live line over a WebSocket of its own: comes back by itself, resumes where it stood, notices when it is dead. */
import ReconnectingSocket from "partysocket/ws";
import type { Clock, LineFrame, OpenLine } from "./environment";
import { parseFrame, SUBPROTOCOL } from "./frames";

/** What a browser's WebSocket constructor is. */
export type SocketMaker = new (url: string, protocols?: string | string[]) => WebSocket;

/** The first wait has to spread many browsers after a restart (1012); the last is what a person still waits for. */
const WAIT_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;
const TOO_MANY_WAIT_MS = 60_000; // 4429: other windows hold the places
const DEFECT_WAIT_MS = 60_000; // 4400: the same again would be refused again
/** Beats without a sign of life: the line is dead, whatever the machine believes. */
const SILENT_BEATS_MAX = 2.25;
const LOOK_MS = 5_000;
const WELCOME_MS_MAX = 10_000;

export interface SocketNeeds {
  WebSocket: SocketMaker;
  clock: Clock;
  random?: () => number;
}

export function socketLine({ WebSocket: maker, clock, random = Math.random }: SocketNeeds): OpenLine {
  return (origin, token, hear) => {
    const url = `${origin.replace(/^http/, "ws")}/v1/live`;
    /** Where each number has been told to; null is from now on. A number that must be read anew is in no hello. */
    let numbers: Record<string, string | null> = {};
    const resyncing = new Set<string>();
    let due = 0; // steady milliseconds before which no attempt is made
    let tries = 0;
    let welcomed = false;
    let closed = false;
    let heartbeat_ms = 20_000;
    let opened_at: number | null = null;
    let heard_at = 0;
    let heard_at_now = 0;
    let attempting = false;
    let stopLooking = () => {};

    const socket = new ReconnectingSocket(
      async () => {
        await new Promise<void>((resolve) => clock.after(Math.max(0, due - clock.steady()), resolve));
        attempting = true;
        return url;
      },
      [SUBPROTOCOL],
      // All waiting is done above, by our clock and with our jitter.
      {
        WebSocket: maker,
        minReconnectionDelay: 1,
        maxReconnectionDelay: 1,
        connectionTimeout: 10_000,
        maxEnqueuedMessages: 0,
        shouldReconnectOnClose: ({ code }) => code !== 4401 && code !== 4403,
      },
    );

    const tell = (frame: LineFrame) => {
      if (!closed) hear(frame);
    };
    const say = (frame: unknown) => {
      if (opened_at !== null) socket.send(JSON.stringify(frame));
    };
    const asked = () => Object.fromEntries(Object.entries(numbers).filter(([id]) => !resyncing.has(id)));

    const heard = () => {
      heard_at = clock.steady();
      heard_at_now = clock.now();
    };
    const over = (code: number) => {
      if (!attempting) return;
      attempting = false;
      opened_at = null;
      tries = welcomed ? 0 : tries + 1;
      welcomed = false;
      due = clock.steady() + waitAfter(code, tries, random());
      tell({ type: "closed", code });
    };

    socket.addEventListener("open", () => {
      opened_at = clock.steady();
      heard();
      welcomed = false;
      say({ type: "hello", token, numbers: asked() });
    });

    socket.addEventListener("message", ({ data }) => {
      const frame = parseFrame(data);
      if (frame === null) return; // a newer server may say more than we understand
      heard();
      switch (frame.type) {
        case "welcome":
          welcomed = true;
          tries = 0;
          heartbeat_ms = frame.heartbeat_s * 1000;
          tell({ type: "welcome" });
          break;
        case "changes": {
          const { number_id, cursor, changes } = frame;
          if (!(number_id in numbers) || resyncing.has(number_id)) break;
          const after = numbers[number_id];
          numbers[number_id] = cursor;
          tell({ type: "changes", number_id, cursor, changes, ...(after == null ? {} : { after }) });
          break;
        }
        case "resync":
          resyncing.add(frame.number_id);
          tell({ type: "resync", number_id: frame.number_id });
          break;
        case "ping":
          say({ type: "pong" });
      }
    });

    // The library says 1000 where nothing was said at all.
    socket.addEventListener("close", ({ code }) => over(code === 1000 ? 1006 : code));
    socket.addEventListener("error", () => over(1006));

    const look = () => {
      const limit_ms = welcomed ? heartbeat_ms * SILENT_BEATS_MAX : WELCOME_MS_MAX;
      // By both clocks: in sleep the steady one may stand still, while the other may be set.
      const silent_ms = Math.max(clock.steady() - heard_at, clock.now() - heard_at_now);
      if (opened_at !== null && silent_ms > limit_ms) socket.reconnect(4000, "silent");
      stopLooking = clock.after(LOOK_MS, look);
    };
    stopLooking = clock.after(LOOK_MS, look);

    return {
      follow: (wanted) => {
        const before = numbers;
        numbers = { ...wanted };
        const fewer = Object.keys(before).filter((id) => !(id in numbers));
        const moved = Object.entries(numbers).filter(([id, since]) => before[id] !== since || resyncing.has(id));
        resyncing.clear();
        if (opened_at === null) return; // the hello will name them
        if (fewer.length > 0) say({ type: "unsubscribe", numbers: fewer });
        if (moved.length > 0) say({ type: "subscribe", numbers: Object.fromEntries(moved) });
      },
      close: () => {
        closed = true;
        stopLooking();
        socket.close();
      },
    };
  };
}

/** How long to wait before the next attempt, with jitter: whoever was cut off together must not come back together. */
function waitAfter(code: number, tries: number, chance: number): number {
  if (code === 4429) return TOO_MANY_WAIT_MS * (0.5 + chance);
  if (code === 4400) return DEFECT_WAIT_MS * (0.5 + chance);
  const wait_ms = WAIT_MS[Math.min(tries, WAIT_MS.length - 1)] ?? 0;
  return wait_ms * (tries === 0 ? chance : 0.5 + chance);
}
