/** One question at a time; a failed one is not repeated before the server is heard of again, or a while has passed. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { Problem, Unreachable } from "./api";
import type { Clock } from "./environment";

const PAUSE_MS = 2_000; // views ask whenever they draw: a server that is away must not be hammered

export class Asking {
  readonly #clock: Clock;
  readonly #busy = signal(false);
  #now: Promise<void> | null = null;
  #paused_until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.#busy;
  }

  /** Never rejects for a refusal or for want of an answer; while one is under way that one is waited for. */
  ask(question: () => Promise<void>): Promise<void> {
    if (this.#now !== null) return this.#now;
    if (this.#clock.steady() < this.#paused_until) return Promise.resolve();
    this.#busy.value = true;
    this.#now = question()
      .catch((failure: unknown) => {
        expected(failure);
        this.#paused_until = this.#clock.steady() + PAUSE_MS;
      })
      .finally(() => {
        this.#now = null;
        this.#busy.value = false;
      });
    return this.#now;
  }

  /** The server was heard: asking makes sense again. */
  resume(): void {
    this.#paused_until = 0;
  }
}

/** Being refused or alone is part of life; anything else is a defect and must be heard of. */
export function expected(failure: unknown): void {
  if (!(failure instanceof Problem) && !(failure instanceof Unreachable)) throw failure;
}
