/** What a conversation shows: the server's messages with what only this browser knows yet. */
import type { Message, Shown, Status } from "./chat";
import { type Entry, shown } from "./pending";

const WENT_WELL: ReadonlySet<Status | undefined> = new Set<Status>(["sent", "delivered", "read", "played"]);

/** Pending texts come last, pending reactions stand on their messages. */
export function withPending(
  rows: readonly Message[],
  entries: readonly Entry[],
  sending: ReadonlySet<string>,
  where: { number_id: string; contact_id: string },
  agent: Message["agent"],
): readonly Shown[] {
  const here = entries.filter((each) => each.number_id === where.number_id && each.contact_id === where.contact_id);
  if (here.length === 0) return rows;
  const held = new Set(rows.slice(-here.length - 50).map(({ id }) => id));
  const texts = here.filter((each) => each.content.type === "text" && !held.has(each.id));
  return [...withReactions(rows, here), ...texts.map((each) => shown(each, sending.has(each.id), agent))];
}

function withReactions(rows: readonly Message[], entries: readonly Entry[]): readonly Message[] {
  const reactions = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.content.type === "reaction" && !entry.refused) reactions.set(entry.content.reaction.message_id, entry);
  }
  if (reactions.size === 0) return rows;
  return rows.map((message) => {
    const entry = reactions.get(message.id);
    return entry === undefined ? message : reacted(message, entry);
  });
}

/** A message with our reaction on it, as it will be told. */
export function reacted(message: Message, entry: Entry): Message {
  if (entry.content.type !== "reaction") return message;
  const { emoji } = entry.content.reaction;
  const others = (message.reactions ?? []).filter(({ by }) => by !== "business");
  const at = new Date(entry.created_at).toISOString();
  return {
    ...message,
    reactions: emoji === "" ? others : [...others, { by: "business", emoji, at, status: "queued" }],
  };
}

/** The newest of ours that failed or may have, unless something newer went well or somebody has put it away. */
export function newestFailure(messages: readonly Shown[], dismissed: ReadonlySet<string>): Shown | null {
  for (let place = messages.length - 1; place >= 0; place -= 1) {
    const message = messages[place] as Shown;
    if (message.direction !== "outbound") continue;
    if (message.pending === undefined && WENT_WELL.has(message.status)) return null;
    const failed = message.status === "failed" || message.status === "unknown" || message.pending?.state === "refused";
    if (failed) return dismissed.has(message.id) ? null : message;
  }
  return null;
}
