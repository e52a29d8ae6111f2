/** Time as the worker has it. The page's own clock comes with signals and views, which a worker has no use for. */
import type { Clock } from "@core/environment";

export const clock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(delay_ms, call) {
    const timer = setTimeout(call, delay_ms);
    return () => clearTimeout(timer);
  },
};
