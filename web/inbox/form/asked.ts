/** Something the server knows, asked now and again while somebody looks. */
import type { Clock } from "@core/environment";
import { useInbox } from "@inbox/context";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface Asked<T> {
  readonly value: ReadonlySignal<T | null>;
  /** Why the last asking failed; the value before it stays. */
  readonly trouble: ReadonlySignal<unknown>;
  readonly asking: ReadonlySignal<boolean>;
  again(): Promise<void>;
  /** The server has just told the new value with another answer. */
  told(value: T): void;
}

/** With `every_ms`, asks again for as long as the inbox is visible; `key` names what it is about. */
export function useAsked<T>(ask: () => Promise<T>, key: string, every_ms?: number): Asked<T> {
  const { environment } = useInbox();
  const value = useSignal<T | null>(null);
  const trouble = useSignal<unknown>(null);
  const asking = useSignal(false);
  const latest = useRef(ask);
  latest.current = ask;
  const round = useRef(0);

  const again = async () => {
    const mine = ++round.current;
    asking.value = true;
    try {
      const answer = await latest.current();
      if (mine !== round.current) return;
      value.value = answer;
      trouble.value = null;
    } catch (reason) {
      if (mine === round.current) trouble.value = reason;
    } finally {
      if (mine === round.current) asking.value = false;
    }
  };

  useEffect(() => {
    value.value = null;
    trouble.value = null;
    void again();
    const stop =
      every_ms === undefined
        ? undefined
        : repeated(environment.clock, every_ms, () => {
            if (environment.visible.peek() && !asking.peek()) void again();
          });
    return () => {
      stop?.();
      round.current++;
    };
  }, [key, every_ms]);

  return {
    value,
    trouble,
    asking,
    again,
    told(answer) {
      round.current++;
      asking.value = false;
      value.value = answer;
      trouble.value = null;
    },
  };
}

function repeated(clock: Clock, every_ms: number, call: () => void): () => void {
  let stop = clock.after(every_ms, function turn() {
    stop = clock.after(every_ms, turn);
    call();
  });
  return () => stop();
}
