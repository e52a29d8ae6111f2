/** Messages for tests: the smallest true ones. */
import type { Content, Conversation, Shown } from "@core/chat";

export const NUMBER = "106540352242922";
export const CONTACT = "5511987654321";
const START_MS = Date.UTC(2026, 10, 22, 12);

let serial = 0;

export function text(body: string): Content {
  return { type: "text", text: { body } };
}

/** An inbound text of the usual contact, each a second after the last. */
export function inbound(more: Partial<Shown> = {}): Shown {
  const at = new Date(START_MS + ++serial * 1000).toISOString();
  return {
    id: `wamid.${serial}`,
    number_id: NUMBER,
    contact_id: CONTACT,
    direction: "inbound",
    origin: "customer",
    sent_at: at,
    received_at: at,
    content: text(`words ${serial}`),
    ...more,
  };
}

/** An outbound text that an agent wrote here. */
export function outbound(more: Partial<Shown> = {}): Shown {
  return inbound({
    direction: "outbound",
    origin: "agent",
    agent: { id: "session-1", name: "Ada" },
    status: "sent",
    ...more,
  });
}

export function conversation(more: Partial<Conversation> = {}): Conversation {
  return {
    number_id: NUMBER,
    contact_id: CONTACT,
    aliases: [],
    contact: { name: "Bea" },
    last_activity_at: new Date(START_MS + ++serial * 1000).toISOString(),
    unread: 0,
    marked_unread: false,
    ...more,
  };
}
