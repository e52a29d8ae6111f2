/** Keeps the server's time right: asks anew after sleep or a set clock, and remembers how wrong this machine's is. */
import { effect } from "@preact/signals";
import type { Environment } from "./environment";
import type { ServerTime } from "./servertime";
import { upon } from "./upon";

/** How often to look whether this machine slept or its clock was set. */
const LOOK_MS = 5_000;
const AHEAD_KEY = "server-ahead";
/** Less than this is not worth writing down: the header counts whole seconds. */
const WORTH_MS = 2_000;

export class Timekeeping {
  readonly #time: ServerTime;
  readonly #environment: Environment;
  readonly #ask: () => void;
  readonly #stops: (() => void)[] = [];
  #forget: () => void = () => {};
  #kept_ms = 0;

  /** `ask` asks the server anything at all: each answer tells its time. */
  constructor(time: ServerTime, environment: Environment, ask: () => void) {
    this.#time = time;
    this.#environment = environment;
    this.#ask = ask;
  }

  /** What an earlier visit knew stands until the server is heard. */
  async start(): Promise<void> {
    const kept = await this.#environment.keep.get(AHEAD_KEY).catch(() => null);
    if (typeof kept === "number" && Number.isFinite(kept)) {
      this.#kept_ms = kept;
      this.#time.suppose(kept);
    }
    this.#stops.push(
      upon(this.#environment.visible, () => this.#check()),
      effect(() => {
        if (this.#time.known.value) this.#remember();
      }),
    );
    this.#look();
  }

  close(): void {
    this.#forget();
    for (const stop of this.#stops) stop();
  }

  #look(): void {
    this.#forget = this.#environment.clock.after(LOOK_MS, () => {
      this.#check();
      this.#look();
    });
  }

  #check(): void {
    if (this.#time.check()) this.#ask();
  }

  #remember(): void {
    const ahead_ms = Math.round(this.#time.now() - this.#environment.clock.now());
    if (Math.abs(ahead_ms - this.#kept_ms) < WORTH_MS) return;
    this.#kept_ms = ahead_ms;
    void this.#environment.keep.set(AHEAD_KEY, ahead_ms).catch(() => {});
  }
}
