/** Doing something each time a sign turns true, outside of whatever turned it. */
import { effect, type ReadonlySignal } from "@preact/signals";

/** Calls at once when it is true already; returns what ends it. */
export function upon(sign: ReadonlySignal<boolean>, call: () => void): () => void {
  let was = false;
  let ended = false;
  const stop = effect(() => {
    const is = sign.value;
    if (is && !was) queueMicrotask(() => ended || call());
    was = is;
  });
  return () => {
    ended = true;
    stop();
  };
}
