/** What stands for content that the inbox shows by its kind only: `[image]`, `[location]`, `[poll_creation]`. */
import type { Conversation, Message } from "./chat";

type Said = Pick<Message, "content" | "placeholder">;
type Preview = NonNullable<Conversation["preview"]>;

/** Longer than any name of Meta's; what is longer was not a name. */
const NAME_LENGTH_MAX = 40;

/** `[type]` for everything but text, also for types that Meta adds tomorrow; null where the words themselves show. */
export function placeholder(said: Said | Preview): string | null {
  if ("content" in said) {
    return said.content.type === "text" ? null : (said.placeholder ?? bracketed(said.content.type));
  }
  return said.type === "text" ? null : bracketed(said.type);
}

/** The words that came with a file, shown beside its placeholder. */
export function caption(said: Pick<Message, "content">): string | null {
  const content: { type: string; [field: string]: unknown } = said.content;
  const part = content[content.type];
  const words = typeof part === "object" && part !== null ? (part as { caption?: unknown }).caption : null;
  return typeof words === "string" && words !== "" ? words : null;
}

/** The words of a text; null for everything else. */
export function words(said: Pick<Message, "content">): string | null {
  const content: { type: string; text?: unknown } = said.content;
  const text = content.type === "text" ? (content.text as { body?: unknown } | undefined) : undefined;
  return typeof text?.body === "string" ? text.body : null;
}

function bracketed(type: string): string {
  const name = type.replace(/[^\w .:-]/gu, "").slice(0, NAME_LENGTH_MAX);
  return `[${name || "unknown"}]`;
}
