/** How the one who writes is called, and where a message came from when it was not this agent. */
import type { Conversation, Shown } from "@core/chat";
import { nameOf } from "@inbox/names";
import { say } from "@inbox/speech";

export function personName(conversation: Conversation | null, contact_id: string): string {
  return conversation ? nameOf(conversation) : contact_id;
}

/** The second line of the header: number and username as far as they are not the name already. */
export function personAddress(conversation: Conversation | null): string {
  const contact = conversation?.contact;
  if (!contact) return "";
  const name = nameOf(conversation);
  const username = contact.username ? `@${contact.username}` : "";
  return [contact.phone, username].filter((one) => one && one !== name).join(" · ");
}

/** null for customers and for what this very agent sent. */
export function originLabel(message: Shown, agent_id: string | undefined): string | null {
  if (message.direction === "inbound") return null;
  if (message.origin === "phone_app") return say("message.from_phone_app");
  if (message.origin === "api") return say("message.from_api");
  const agent = message.agent;
  return agent && agent.id !== agent_id ? (agent.name ?? say("message.from_colleague")) : null;
}
