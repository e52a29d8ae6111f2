/** A message that only this browser knows yet, and how the conversation shows it. */
import type { Content, Message, Pending, Shown } from "./chat";
import type { components } from "./schema";

export type OutboundContent = components["schemas"]["SendRequest"]["content"];

/** One thing to send. Its id is made here and becomes the message's, so that sending it twice says it once. */
export interface Entry {
  id: string;
  number_id: string;
  contact_id: string;
  content: OutboundContent;
  context?: { message_id: string };
  /** The server's milliseconds, ever increasing: the order of the outbox. */
  created_at: number;
  /** When it was first attempted: from then on it may have reached the server. */
  attempted_at?: number;
  refused?: { code: string; title: string };
}

/** A text as the conversation shows it; reactions are never rows. */
export function shown(entry: Entry, isSending: boolean, agent: Message["agent"]): Shown {
  const at = new Date(entry.created_at).toISOString();
  return {
    id: entry.id,
    number_id: entry.number_id,
    contact_id: entry.contact_id,
    direction: "outbound",
    origin: "agent",
    ...(agent ? { agent } : {}),
    sent_at: at,
    received_at: at,
    content: entry.content as Content,
    ...(entry.context ? { context: entry.context } : {}),
    pending: pendingOf(entry, isSending),
  };
}

function pendingOf({ refused }: Entry, isSending: boolean): Pending {
  return refused ? { state: "refused", ...refused } : { state: isSending ? "sending" : "waiting" };
}
