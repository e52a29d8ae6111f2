/** What seems to be missing of a number, each kind in a sentence: calm, for most of it comes by itself. */
import type { InboxNumber } from "@core/chat";
import { Notice } from "@inbox/form/notice";
import { say } from "@inbox/speech";
import { moment } from "../connect/moment";

const COUNTED = ["unknown_statuses", "unseen_quotes", "unseen_targets", "elsewhere_statuses"] as const;

export function Gaps({ number, now_ms }: { number: InboxNumber; now_ms: number }) {
  const { gaps } = number;
  if (!gaps) return null;
  const counted = COUNTED.filter((kind) => gaps[kind] > 0);
  return (
    <Notice kind="note" title={say("gaps.title")}>
      {gaps.silent_since && <p>{say("gaps.silent", { when: moment(gaps.silent_since, now_ms) })}</p>}
      {counted.map((kind) => (
        <p key={kind}>{say(`gaps.${kind}`, { count: gaps[kind] })}</p>
      ))}
      {counted.length > 0 && <p>{say("gaps.words")}</p>}
    </Notice>
  );
}
