/** Something asked of the server by a press: one at a time, and what went wrong is kept to be shown. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface Attempt {
  readonly busy: ReadonlySignal<boolean>;
  readonly trouble: ReadonlySignal<unknown>;
  /** Whether it went well; false also when one is already under way. */
  run(ask: () => Promise<void>): Promise<boolean>;
  forget(): void;
}

export function useAttempt(): Attempt {
  const busy = useSignal(false);
  const trouble = useSignal<unknown>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return {
    busy,
    trouble,
    async run(ask) {
      if (busy.peek()) return false;
      busy.value = true;
      trouble.value = null;
      try {
        await ask();
        return here.current;
      } catch (reason) {
        if (here.current) trouble.value = reason ?? new Error("refused without a reason");
        return false;
      } finally {
        busy.value = false;
      }
    },
    forget() {
      trouble.value = null;
    },
  };
}
