/** What a message says in words: its text, the caption under a picture, the name on a contact card. */
import type { Content, Message } from "@core/chat";

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const words = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const lines = (...parts: unknown[]): string => parts.map(words).filter(Boolean).join("\n");

/** Empty where there is nothing to read; what it is then says the placeholder. */
export function contentText(content: Content): string {
  const own = fields((content as unknown as Fields)[content.type]);
  switch (content.type) {
    case "text":
      return words(own["body"]);
    case "location":
      return lines(own["name"], own["address"]) || place(own);
    case "contacts":
      return ((content as { contacts?: unknown[] }).contacts ?? []).map(card).filter(Boolean).join("\n");
    case "interactive":
      return answer(own);
    case "button":
    case "order":
      return words(own["text"]);
    case "system":
      return words(own["body"]);
    case "template":
      return words(own["name"]);
    default:
      return lines(own["filename"], own["caption"]);
  }
}

/** The words of a text as they can be copied; what was taken back has none. */
export function messageText(message: Message): string {
  return message.revoked_at ? "" : contentText(message.content);
}

function place(location: Fields): string {
  const at = [words(location["latitude"]), words(location["longitude"])];
  return at.every(Boolean) ? at.join(", ") : "";
}

function card(value: unknown): string {
  const contact = fields(value);
  const name = words(fields(contact["name"])["formatted_name"]);
  const phones = Array.isArray(contact["phones"]) ? contact["phones"].map((one) => words(fields(one)["phone"])) : [];
  return [name, ...phones].filter(Boolean).join(" · ");
}

function answer(interactive: Fields): string {
  const reply = fields(interactive[words(interactive["type"])]);
  return lines(reply["title"], reply["description"]) || words(reply["body"]);
}
