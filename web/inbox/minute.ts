/** The server's time as a signal, for what is told in days, hours and minutes. */
import type { Clock } from "@core/environment";
import type { ServerTime } from "@core/servertime";
import { type ReadonlySignal, signal } from "@preact/signals";

const STEP_MS = 20_000; // what is told in minutes is never wrong for longer

/** Moves until it is stopped. */
export function minutes(time: Pick<ServerTime, "now">, clock: Clock): { now: ReadonlySignal<number>; stop(): void } {
  const now = signal(time.now());
  let stop = clock.after(STEP_MS, step);
  function step() {
    now.value = time.now();
    stop = clock.after(STEP_MS, step);
  }
  return { now, stop: () => stop() };
}
