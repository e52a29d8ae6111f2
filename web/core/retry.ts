/** When to try again what failed: soon at first, then ever less often, never all browsers at once. */
import type { Clock } from "./environment";

const WAIT_MS = [2_000, 4_000, 8_000, 15_000, 30_000] as const;

export class Retry {
  readonly #clock: Clock;
  readonly #call: () => void;
  #tries = 0;
  #forget: () => void = () => {};

  constructor(clock: Clock, call: () => void) {
    this.#clock = clock;
    this.#call = call;
  }

  /** It failed; not before `least_ms`, if somebody said so. */
  later(least_ms = 0): void {
    const wait_ms = WAIT_MS[Math.min(this.#tries, WAIT_MS.length - 1)] ?? 0;
    this.#tries += 1;
    this.#forget();
    this.#forget = this.#clock.after(Math.max(least_ms, wait_ms * (0.8 + 0.4 * Math.random())), this.#call);
  }

  /** It is being tried now, or no more. */
  cancel(): void {
    this.#forget();
  }

  /** It went well: the next failure is a first one. */
  done(): void {
    this.#forget();
    this.#tries = 0;
  }
}
