/** What people and numbers are called on the page. */
import type { Conversation, InboxNumber } from "@core/chat";

/** The best name we have for whoever writes; the contact's id is the last resort. */
export function nameOf(conversation: Pick<Conversation, "contact" | "contact_id">): string {
  const { name, phone, username } = conversation.contact;
  return name?.trim() || phone || (username ? `@${username}` : conversation.contact_id);
}

/** Which number is speaking: the label given to it, else the name Meta verified, else its id. */
export function labelOf(number: Pick<InboxNumber, "id" | "display_number" | "verified_name">): string {
  return number.display_number?.trim() || number.verified_name?.trim() || number.id;
}

const WORDS = /\s+/u;
const LETTER = /\p{L}/u;

/** Up to two initials; empty where there is no letter to take, as with a bare phone number. */
export function initials(name: string): string {
  const words = name
    .split(WORDS)
    .map((word) => [...word].find((sign) => LETTER.test(sign)))
    .filter((letter) => letter !== undefined);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.join("").toLocaleUpperCase();
}
