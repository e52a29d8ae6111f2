/** The frame's end of the line to the worker: whether the overlay is shown, what is wished for, and live changes. */
import type { Line, LineFrame, OpenLine } from "@core/environment";
import { type ReadonlySignal, signal } from "@preact/signals";
import { LastingPort } from "../lastingport";
import { FRAME, type FrameHears, type FrameSays, type Place, STILL_HERE_MS } from "../wire";

/** As a server says that it restarts: whoever follows will be connected again. */
const RESTARTING = 1012;

interface OpenedLine {
  hear(frame: LineFrame): void;
  following: Extract<FrameSays, { type: "follow" }> | null;
}

export class HubPort {
  /** The overlay is open. */
  readonly shown: ReadonlySignal<boolean>;
  /** Resolves once the dock has vouched for this frame; never, in a frame that somebody else has made. */
  readonly entered: Promise<void>;
  /** Somebody clicked on what was told of this conversation. */
  wished: (place: Place) => void = (place) => {
    this.pending = place;
  };

  private pending: Place | null = null;
  private readonly lines = new Map<number, OpenedLine>();
  private nextLine = 0;
  private watching: Place | null = null;
  private readonly port: LastingPort<FrameSays, FrameHears>;

  constructor(nonce: string | null) {
    const shown = signal(nonce === null);
    this.shown = shown;
    let enter: () => void;
    this.entered = new Promise((resolve) => {
      enter = resolve;
    });
    this.port = new LastingPort<FrameSays, FrameHears>(FRAME, {
      opened: () => this.port.say({ type: "enter", nonce }),
      hear: (word) => {
        if (word.type === "entered" || word.type === "shown") shown.value = word.shown;
        if (word.type === "entered") {
          enter();
          this.resume();
        }
        if (word.type === "wish") this.wished(word.place);
        if (word.type === "line") this.hearFrame(word.line, word.frame);
      },
      lost: () => {
        for (const { hear } of [...this.lines.values()]) hear({ type: "closed", code: RESTARTING });
      },
    });
    this.port.open();
    setInterval(() => this.port.say({ type: "still" }), STILL_HERE_MS);
  }

  close(): void {
    this.port.say({ type: "close" });
  }

  stirred(numbers: boolean): void {
    this.port.say({ type: "stirred", numbers });
  }

  watches(place: Place | null): void {
    if (place?.number_id === this.watching?.number_id && place?.contact_id === this.watching?.contact_id) return;
    this.watching = place;
    this.port.say({ type: "watching", place });
  }

  /** From now on, and once for what was wished before. */
  listen(wished: (place: Place) => void): void {
    this.wished = wished;
    if (this.pending) wished(this.pending);
    this.pending = null;
  }

  /** The worker's one socket, as a line like any other. */
  readonly openLine: OpenLine = (origin, token, hear): Line => {
    const line = this.nextLine++;
    const opened: OpenedLine = { hear, following: null };
    this.lines.set(line, opened);
    return {
      follow: (numbers) => {
        opened.following = { type: "follow", line, origin, token, numbers: { ...numbers } };
        this.port.say(opened.following);
      },
      close: () => {
        this.lines.delete(line);
        this.port.say({ type: "unfollow", line });
      },
    };
  };

  /** A new worker knows nothing of us. */
  private resume(): void {
    for (const { following } of this.lines.values()) if (following) this.port.say(following);
    this.port.say({ type: "watching", place: this.watching });
  }

  private hearFrame(line: number, frame: LineFrame): void {
    const opened = this.lines.get(line);
    const numbers = opened?.following?.numbers;
    if (numbers && frame.type === "changes" && frame.number_id in numbers) numbers[frame.number_id] = frame.cursor;
    opened?.hear(frame);
  }
}
