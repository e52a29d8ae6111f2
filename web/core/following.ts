/** Keeps one number's chat state up to date: from a cursor on, live where the line stands, else by asking. */
import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type Api, Problem } from "./api";
import type { Change, Snapshot } from "./chat";
import type { ChangesFrame, Environment, Line, LineFrame } from "./environment";

/** True at every moment: `live` only while nothing that the server knows is missing here. */
export type Condition = "live" | "catching_up" | "pull" | "offline";

const PAGE_CHANGES = 500;
/** A frame with fewer changes is no full page of the past: the line has caught up. */
const FEW_CHANGES = 20;
/** After a fuller one, silence for so long says the same. */
const QUIET_MS = 500;
/** Waits between attempts that nobody asked for, while somebody looks. */
const RETRY_MS = [2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** When to look again after doing something in pull mode: its status is on its way. */
const LOOK_AGAIN_MS = [1_500, 5_000] as const;

/** Where what was learned goes. */
export interface Followed {
  apply(changes: readonly Change[]): void;
  /** Take everything anew. */
  restart(snapshot: Snapshot): Promise<void>;
  /** The server was heard just now; `again` when it had been away, or nobody knew. */
  reached(again: boolean): void;
  /** The token of the line is no longer good (4401), or not for this (4403). */
  refused(code: number): void;
  /** The number is no longer there. */
  gone(): void;
}

type LineState = "none" | "connecting" | "down" | "welcomed" | "level";

/** Call each time it becomes true, and at once when it is. */
function upon(sign: ReadonlySignal<boolean>, call: () => void): () => void {
  let was = false;
  return effect(() => {
    const is = sign.value;
    if (is && !was) queueMicrotask(call);
    was = is;
  });
}

export class Following {
  readonly condition: ReadonlySignal<Condition>;
  readonly #number_id: string;
  readonly #environment: Environment;
  readonly #api: Api;
  readonly #followed: Followed;
  readonly #line_state = signal<LineState>("none");
  readonly #failed = signal(false);
  readonly #pulling = signal(false);
  readonly #stops: (() => void)[] = [];
  #cursor: string | null = null;
  #line: Line | null = null;
  #secret: string | null = null;
  #pull: Promise<void> | null = null;
  #again = false;
  #tries = 0;
  #retry: () => void = () => {};
  #quiet: () => void = () => {};
  #looks: (() => void)[] = [];
  #closed = false;

  constructor(number_id: string, environment: Environment, api: Api, followed: Followed) {
    this.#number_id = number_id;
    this.#environment = environment;
    this.#api = api;
    this.#followed = followed;
    this.condition = computed(() => this.#condition());
  }

  /** Where in the feed what is held stands; null before the first snapshot. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Begin where a cache stands, or anew; with the secret of an API token, live. */
  start(cursor: string | null, secret: string | null): void {
    this.#cursor = cursor;
    if (secret !== null && this.#cursor !== null) this.goLive(secret);
    else if (secret !== null)
      void this.refresh().then(
        () => this.goLive(secret),
        () => this.goLive(secret),
      );
    const { visible, online } = this.#environment;
    this.#stops.push(
      upon(
        computed(() => visible.value && online.value),
        () => {
          if (this.#line === null || this.#line_state.peek() === "down") this.#attempt();
        },
      ),
      // After a while without a network the old line may only look alive.
      upon(online, () => {
        if (this.#line_state.peek() === "connecting") return;
        if (this.#secret !== null && this.#line !== null) this.goLive(this.#secret);
      }),
    );
  }

  goLive(secret: string): void {
    if (this.#closed) return;
    this.#hangUp();
    this.#secret = secret;
    this.#line_state.value = "connecting";
    let line: Line | null = null;
    // What a line says after another one took its place concerns nobody.
    line = this.#environment.openLine(this.#environment.origin, secret, (frame) => {
      if (line !== null && line === this.#line) this.#hear(frame);
    });
    this.#line = line;
    if (this.#cursor !== null) line.follow({ [this.#number_id]: this.#cursor });
  }

  goPull(): void {
    this.#hangUp();
    this.#attempt();
  }

  /** Ask now what is new; rejects when there was no answer, or a refusal. */
  refresh(): Promise<void> {
    this.#again = this.#pull !== null;
    this.#pull ??= this.#asking().finally(() => {
      this.#pull = null;
    });
    return this.#pull;
  }

  /** Something was done here whose outcome is told soon: without a line, look. */
  expectNews(): void {
    if (this.#line_state.peek() === "level" || this.#line_state.peek() === "welcomed") return;
    for (const forget of this.#looks) forget();
    this.#looks = LOOK_AGAIN_MS.map((ms) => this.#environment.clock.after(ms, () => this.#attempt()));
  }

  close(): void {
    this.#closed = true;
    this.#hangUp();
    this.#retry();
    for (const stop of [...this.#stops, ...this.#looks]) stop();
  }

  #condition(): Condition {
    const line = this.#line_state.value;
    if (!this.#environment.online.value) return "offline";
    if (line === "level") return "live";
    if (line === "welcomed") return "catching_up";
    if (this.#failed.value) return "offline";
    if (this.#pulling.value || line === "connecting" || this.#cursor === null) return "catching_up";
    return "pull";
  }

  #isUp(): boolean {
    const line = this.#line_state.peek();
    return line === "level" || line === "welcomed";
  }

  #hangUp(): void {
    this.#line?.close();
    this.#line = null;
    this.#quiet();
    this.#line_state.value = "none";
  }

  #hear(frame: LineFrame): void {
    switch (frame.type) {
      case "welcome":
        this.#line_state.value = "welcomed";
        this.#reached(true);
        if (this.#cursor === null) this.#attempt();
        break;
      case "changes":
        if (frame.number_id === this.#number_id) this.#follow(frame);
        break;
      case "resync":
        if (frame.number_id === this.#number_id) this.#resync();
        break;
      case "closed":
        this.#lineClosed(frame.code);
    }
  }

  #follow(frame: ChangesFrame): void {
    if (this.#cursor === null) return; // a snapshot is being taken, and the line follows from there
    if (!this.#take(frame.after ?? this.#cursor, frame.changes, frame.cursor)) {
      this.#line_state.value = "welcomed";
      this.#attempt();
      return;
    }
    this.#reached();
    this.#quiet();
    if (frame.changes.length < FEW_CHANGES) this.#line_state.value = "level";
    else if (this.#line_state.peek() !== "level") this.#quiet = this.#after(QUIET_MS, () => this.#nowLevel());
  }

  #nowLevel(): void {
    if (this.#line_state.peek() === "welcomed") this.#line_state.value = "level";
  }

  /** Apply what follows our place; false when these changes do not join on to it. */
  #take(after: string, changes: readonly Change[], cursor: string): boolean {
    const held = changes.findIndex((change) => change.cursor === this.#cursor);
    if (after !== this.#cursor && held < 0) return false;
    const rest = after === this.#cursor ? changes : changes.slice(held + 1);
    batch(() => {
      this.#cursor = cursor;
      if (rest.length > 0) this.#followed.apply(rest);
    });
    return true;
  }

  #resync(): void {
    this.#cursor = null;
    if (this.#isUp()) this.#line_state.value = "welcomed";
    this.#attempt();
  }

  #lineClosed(code: number): void {
    const was_up = this.#isUp();
    this.#quiet();
    if (code === 4401 || code === 4403) {
      this.#hangUp();
      this.#followed.refused(code);
      this.#attempt();
      return;
    }
    // One that stood comes back at once as a rule; one that does not come leaves us with asking.
    this.#line_state.value = was_up ? "connecting" : "down";
    if (!was_up) this.#attempt();
  }

  #reached(again = this.#failed.peek()): void {
    this.#tries = 0;
    this.#retry();
    this.#failed.value = false;
    this.#followed.reached(again);
  }

  /** Ask without anybody waiting for it, and again later if that fails. */
  #attempt(): void {
    if (this.#closed) return;
    this.refresh().catch(() => {});
  }

  async #asking(): Promise<void> {
    this.#retry();
    this.#pulling.value = true;
    try {
      do {
        this.#again = false;
        await this.#pullAll();
      } while (this.#again && !this.#closed);
      batch(() => {
        this.#pulling.value = false;
        this.#reached();
        if (this.#isUp() && this.#cursor !== null) this.#line_state.value = "level";
      });
    } catch (failure) {
      batch(() => {
        this.#pulling.value = false;
        this.#failed.value = true;
      });
      if (failure instanceof Problem && failure.code === "no_such_number") this.#followed.gone();
      else if (!this.#closed) this.#later(failure);
      throw failure;
    }
  }

  async #pullAll(): Promise<void> {
    for (;;) {
      if (this.#cursor === null) await this.#snapshot();
      const since: string | null = this.#cursor;
      if (this.#closed || since === null) return;
      const path = { number_id: this.#number_id };
      try {
        const query = { since, limit: PAGE_CHANGES };
        const page = await this.#api.get("/v1/numbers/{number_id}/changes", { path, query });
        if (this.#closed) return;
        // The line may have told the same meanwhile, and more: then what was asked for is no longer of use.
        if (this.#take(since, page.changes as Change[], page.cursor) && page.changes.length === 0) return;
      } catch (failure) {
        const isLost = failure instanceof Problem && (failure.status === 410 || failure.code === "bad_cursor");
        if (!isLost) throw failure;
        this.#cursor = null;
      }
    }
  }

  async #snapshot(): Promise<void> {
    const path = { number_id: this.#number_id };
    const snapshot = await this.#api.get("/v1/numbers/{number_id}/snapshot", { path, query: { limit: 100 } });
    if (this.#closed) return;
    await this.#followed.restart(snapshot);
    if (this.#closed) return;
    this.#cursor = snapshot.cursor;
    this.#line?.follow({ [this.#number_id]: snapshot.cursor });
  }

  #later(failure: unknown): void {
    const told_ms = failure instanceof Problem ? (failure.retry_after_s ?? 0) * 1000 : 0;
    const wait_ms = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? 0;
    this.#tries += 1;
    this.#retry();
    this.#retry = this.#after(Math.max(told_ms, wait_ms * (0.8 + 0.4 * Math.random())), () => {
      const { visible, online } = this.#environment;
      if (visible.peek() && online.peek() && !this.#isUp()) this.#attempt();
    });
  }

  #after(ms: number, call: () => void): () => void {
    return this.#environment.clock.after(ms, () => {
      if (!this.#closed) call();
    });
  }
}
