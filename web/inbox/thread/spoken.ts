/** What a screen reader says of a message: who, when, what, and how far it got, in one sentence. */
import type { Shown } from "@core/chat";
import { lateBy_ms } from "@core/late";
import { placeholder } from "@core/placeholder";
import { tick } from "@core/tick";
import { formatTime, say } from "@inbox/speech";
import { contentText } from "./content";

export interface Names {
  /** The contact as the header calls them. */
  contact: string;
  /** Whoever wrote an outbound message when it was not this agent. */
  origin: string | null;
}

export function spokenMessage(message: Shown, names: Names): string {
  const sign = tick(message);
  const parts = [
    message.direction === "inbound" ? names.contact : (names.origin ?? say("message.you")),
    formatTime(Date.parse(message.sent_at)),
    message.context?.message_id && !message.revoked_at && say("message.is_reply"),
    spokenWords(message),
    sign && say(`tick.${sign}`),
    message.error && (message.error.title ?? message.error.message),
    message.edited_at && !message.revoked_at && say("message.edited"),
    lateBy_ms(message) !== null && say("message.late_mark"),
    message.reactions?.map((one) => one.emoji).join(" "),
  ];
  return parts.filter(Boolean).join(", ");
}

/** The words, with the placeholder before them where there is one. */
export function spokenWords(message: Shown): string {
  if (message.revoked_at) return say("message.deleted");
  return [placeholder(message), contentText(message.content)].filter(Boolean).join(" ");
}
