/** A conversation with what a test does not care about filled in. */
import type { Conversation } from "@core/chat";

export function conversation(given: Partial<Conversation> & { unread?: number; at?: string } = {}): Conversation {
  const { at = "2026-03-01T09:00:00.000Z", ...more } = given;
  return {
    number_id: "n",
    contact_id: "ada",
    aliases: [],
    contact: { name: "Ada" },
    last_activity_at: at,
    last_inbound_at: at,
    preview: { direction: "inbound", text: "Hello", type: "text", message_id: "m" },
    unread: 1,
    marked_unread: false,
    ...more,
  };
}
