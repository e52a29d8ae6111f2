/** Keeps one number's chat state up to date: from a cursor on, live where the line stands, else by asking. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Api, Problem } from "./api";
import type { Change, Snapshot } from "./chat";
import type { ChangesFrame, Environment, Line, LineFrame } from "./environment";
import { Place } from "./place";
import { Retry } from "./retry";
import { upon } from "./upon";

/** True at every moment: `live` only while nothing that the server knows is missing here. */
export type Condition = "live" | "catching_up" | "pull" | "offline";

const PAGE_CHANGES = 500;
/** A frame with fewer changes is no full page of the past: the line has caught up. */
const FEW_CHANGES = 20;
/** After a fuller one, silence for so long says the same. */
const QUIET_MS = 500;
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
  readonly #place = new Place();
  readonly #retry: Retry;
  #line: Line | null = null;
  #secret: string | null = null;
  #pull: Promise<void> | null = null;
  #again = false;
  #quiet: () => void = () => {};
  #looks: (() => void)[] = [];
  #closed = false;

  constructor(number_id: string, environment: Environment, api: Api, followed: Followed) {
    this.#number_id = number_id;
    this.#environment = environment;
    this.#api = api;
    this.#followed = followed;
    this.#retry = new Retry(environment.clock, () => {
      const { visible, online } = environment;
      // A line that stands goes on even where nobody looks: what it waits for has to be asked for.
      const is_behind = this.#line_state.peek() === "welcomed";
      if (online.peek() && (is_behind || (visible.peek() && !this.#isUp()))) this.#attempt();
    });
    this.condition = computed(() => this.#condition());
  }

  /** Where in the feed what is held stands; null before the first snapshot. */
  get cursor(): string | null {
    return this.#place.cursor;
  }

  /** Begin where a cache stands, or anew; with the secret of an API token, live. */
  start(cursor: string | null, secret: string | null): void {
    this.#place.cursor = cursor;
    if (cursor === null) this.expectNews(); // what waited for a number that was just connected
    if (secret !== null && this.#place.cursor !== null) this.goLive(secret);
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
          if (this.#pull === null && (this.#line === null || this.#line_state.peek() === "down")) this.#attempt();
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
    if (this.#place.cursor !== null) line.follow({ [this.#number_id]: this.#place.cursor });
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
    this.#retry.cancel();
    for (const stop of [...this.#stops, ...this.#looks]) stop();
  }

  #condition(): Condition {
    const line = this.#line_state.value;
    if (!this.#environment.online.value) return "offline";
    if (line === "level") return "live";
    if (line === "welcomed") return "catching_up";
    if (this.#failed.value) return "offline";
    if (this.#pulling.value || line === "connecting" || this.#place.cursor === null) return "catching_up";
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
        if (this.#place.cursor === null) this.#attempt();
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
    if (this.#place.cursor === null) return; // a snapshot is being taken, and the line follows from there
    if (!this.#take(frame.changes, frame.cursor, frame.after)) {
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
  #take(changes: readonly Change[], end: string, after?: string): boolean {
    return batch(() => {
      const news = this.#place.join(changes, end, after);
      if (news !== null && news.length > 0) this.#followed.apply(news);
      return news !== null;
    });
  }

  #resync(): void {
    this.#place.cursor = null;
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
    this.#retry.done();
    this.#failed.value = false;
    this.#followed.reached(again);
  }

  /** Ask without anybody waiting for it, and again later if that fails. */
  #attempt(): void {
    if (this.#closed) return;
    this.refresh().catch(() => {});
  }

  async #asking(): Promise<void> {
    this.#retry.cancel();
    this.#pulling.value = true;
    try {
      do {
        this.#again = false;
        await this.#pullAll();
      } while (this.#again && !this.#closed);
      batch(() => {
        this.#pulling.value = false;
        this.#reached();
        if (this.#isUp() && this.#place.cursor !== null) this.#line_state.value = "level";
      });
    } catch (failure) {
      batch(() => {
        this.#pulling.value = false;
        this.#failed.value = true;
      });
      if (failure instanceof Problem && failure.code === "no_such_number") this.#followed.gone();
      else if (!this.#closed) this.#retry.later(failure instanceof Problem ? (failure.retry_after_s ?? 0) * 1000 : 0);
      throw failure;
    }
  }

  async #pullAll(): Promise<void> {
    for (;;) {
      if (this.#place.cursor === null) await this.#snapshot();
      const since: string | null = this.#place.cursor;
      if (this.#closed || since === null) return;
      const path = { number_id: this.#number_id };
      try {
        const query = { since, limit: PAGE_CHANGES };
        const page = await this.#api.get("/v1/numbers/{number_id}/changes", { path, query });
        if (this.#closed) return;
        // The line may have told the same meanwhile, and more: then what was asked for is no longer of use.
        if (this.#take(page.changes as Change[], page.cursor, since) && page.changes.length === 0) return;
      } catch (failure) {
        const isLost = failure instanceof Problem && (failure.status === 410 || failure.code === "bad_cursor");
        if (!isLost) throw failure;
        this.#place.cursor = null;
      }
    }
  }

  async #snapshot(): Promise<void> {
    const path = { number_id: this.#number_id };
    const snapshot = await this.#api.get("/v1/numbers/{number_id}/snapshot", { path, query: { limit: 100 } });
    if (this.#closed) return;
    await this.#followed.restart(snapshot);
    if (this.#closed) return;
    this.#place.cursor = snapshot.cursor;
    this.#line?.follow({ [this.#number_id]: snapshot.cursor });
  }

  #after(ms: number, call: () => void): () => void {
    return this.#environment.clock.after(ms, () => {
      if (!this.#closed) call();
    });
  }
}
