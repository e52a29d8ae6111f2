/** What time it is at the server, however wrong this machine's clock is and however long it slept. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Clock } from "./environment";

const SECOND_MS = 1000; // the Date header counts whole seconds
const JUMP_MS = 1500; // more than this between two clocks of one machine: it slept, or somebody set its clock
const DRIFT = 1e-4; // how far a machine's steady clock may run from the server's: 100 ppm

/** The server's clock is `steady + offset`; each answer says between which two values the offset lies. */
export class ServerTime {
  readonly #clock: Clock;
  readonly #known = signal(false);
  #low = 0;
  #high = 0;
  #heard = false;
  #heard_at = 0;
  #supposed_ms = 0;
  #apart: number; // how far now and steady were apart when last looked at

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#apart = clock.now() - clock.steady();
  }

  /** Whether an answer has told it since the machine last slept or changed its mind. */
  get known(): ReadonlySignal<boolean> {
    return this.#known;
  }

  /** Milliseconds since 1970 at the server; this machine's word until the server has said anything. */
  now(): number {
    if (!this.#heard) return this.#clock.now() + this.#supposed_ms;
    const slept = this.#jump();
    // Forward is taken for sleep, in which steady clocks may stand still; backward is somebody setting the clock.
    return this.#clock.steady() + (this.#low + this.#high) / 2 + (slept > JUMP_MS ? slept : 0);
  }

  /** How far ahead of this machine's clock it was once: better than nothing until it is heard. */
  suppose(ahead_ms: number): void {
    this.#supposed_ms = ahead_ms;
  }

  /** What an answer's `Date` says, asked and answered at these steady milliseconds. */
  heard(date: string | null, sent_at: number, received_at: number): void {
    const told = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(told)) return;
    this.check();
    const low = told - received_at;
    const high = told + SECOND_MS - sent_at;
    const drift = (received_at - this.#heard_at) * DRIFT;
    const [held_low, held_high] = [this.#low - drift, this.#high + drift];
    // No common ground: another server with another clock, or the server's was set. The latest word counts.
    const agree = this.#known.peek() && Math.max(low, held_low) <= Math.min(high, held_high);
    this.#low = agree ? Math.max(low, held_low) : low;
    this.#high = agree ? Math.min(high, held_high) : high;
    this.#heard = true;
    this.#heard_at = received_at;
    this.#known.value = true;
  }

  /** Look whether the machine slept or its clock was set; then nothing is known until the next answer. */
  check(): boolean {
    const jump = this.#jump();
    if (Math.abs(jump) <= JUMP_MS) return false;
    this.#apart += jump;
    if (jump > 0) {
      this.#low += jump;
      this.#high += jump;
    }
    this.#known.value = false;
    return true;
  }

  #jump(): number {
    return this.#clock.now() - this.#clock.steady() - this.#apart;
  }
}
