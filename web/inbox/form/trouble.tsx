/** What went wrong with something that was asked of the server, in words a person can use. */
import { Problem, Unreachable } from "@core/api";
import { say } from "@inbox/speech";
import { GraphErrorNotice } from "./grapherror";
import { Notice } from "./notice";

/** Codes that have words of their own; every other one shows the server's. */
const KNOWN = new Set([
  "graph_unreachable",
  "internal",
  "invite",
  "join_key",
  "no_such_number",
  "no_such_session",
  "no_such_token",
  "scope",
  "starting",
  "too_many",
  "too_many_numbers",
  "try_again",
  "unauthenticated",
  "unavailable",
]);

export function troubleWords(trouble: unknown): string {
  if (trouble instanceof Unreachable) return say("trouble.unreachable");
  if (trouble instanceof Problem) {
    if (trouble.code === "too_many_requests") return throttled(trouble.retry_after_s);
    if (KNOWN.has(trouble.code)) return say(`trouble.${trouble.code}`);
    return say("trouble.other", { words: trouble.detail ?? trouble.title, code: trouble.code });
  }
  return say("trouble.unexpected");
}

/** Nothing where nothing is wrong. */
export function Trouble({ of }: { of: unknown }) {
  if (of === null || of === undefined) return null;
  if (of instanceof Problem && of.graph_error) return <GraphErrorNotice error={of.graph_error} />;
  return (
    <Notice kind="error">
      <p>{troubleWords(of)}</p>
    </Notice>
  );
}

function throttled(wait_s: number | undefined): string {
  if (wait_s === undefined) return say("trouble.throttled");
  return say("trouble.throttled.seconds", { count: Math.max(1, Math.ceil(wait_s)) });
}
