/** Conversations for the tests of the list. */
import type { Conversation } from "@core/chat";

export const NOW_MS = Date.parse("2026-03-01T09:00:00.000Z");
export const MINUTE_MS = 60_000;

export const minutesAgo = (minutes: number) => new Date(NOW_MS - minutes * MINUTE_MS).toISOString();

export function aConversation(contact_id: string, over: Partial<Conversation> = {}): Conversation {
  return {
    number_id: "1",
    contact_id,
    aliases: [],
    contact: { name: contact_id },
    last_activity_at: minutesAgo(5),
    unread: 0,
    marked_unread: false,
    ...over,
  };
}
