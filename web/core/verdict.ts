/** What becomes of a message that our server did not take: it waits, it is refused, or nobody is signed in any more. */
import { Problem } from "./problem";

export type Verdict =
  | { kind: "wait"; whom: "all" | "conversation"; ms: number; isTold: boolean }
  | { kind: "refused"; code: string; title: string }
  | { kind: "ended" };

// Tries   waits up to      in all about
// 1       1 s              1 s
// 2       2 s              3 s
// 3..6    4, 8, 16, 32 s   1 min
// 7...    60 s             as long as it takes: the line's return wakes it earlier
const WAIT_MS_MIN = 1_000;
const WAIT_MS_MAX = 60_000;
/** A server may ask for more patience than people have; it will ask again. */
const TOLD_MS_MAX = 300_000;
/** A reply to a message that WhatsApp does not have after a minute is a person's to decide. */
const TRIES_OF_UNSENT_MAX = 6;
/** A server that is away or overloaded is so for every conversation. */
const EVERYBODY = new Set([429, 502, 503, 504]);

/** What to do after this failure, the `tries`-th in a row; `random` in [0, 1) spreads many browsers. */
export function verdict(failure: unknown, tries: number, random: number): Verdict {
  const back_off_ms = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** (tries - 1)) * (0.5 + random / 2);
  if (!(failure instanceof Problem)) {
    return { kind: "wait", whom: "all", ms: back_off_ms, isTold: false };
  }
  const { status, code, title, retry_after_s } = failure;
  if (status === 401) {
    return { kind: "ended" };
  }
  if (failure.isPassing) {
    const told_ms = retry_after_s === undefined ? 0 : Math.min(TOLD_MS_MAX, retry_after_s * 1000 * (1 + random / 10));
    const whom = EVERYBODY.has(status) ? "all" : "conversation";
    return { kind: "wait", whom, ms: Math.max(back_off_ms, told_ms), isTold: told_ms > 0 };
  }
  if (code === "not_sent_yet" && tries < TRIES_OF_UNSENT_MAX) {
    return { kind: "wait", whom: "conversation", ms: back_off_ms, isTold: false };
  }
  return { kind: "refused", code, title };
}
