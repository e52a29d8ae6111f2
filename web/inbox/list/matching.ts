/** Which loaded conversations a search finds at once; the same rules as the server's, so that its answer only adds. */
import type { Conversation } from "@core/chat";

const NOT_DIGIT = /[^0-9]/g;
const LIKE_A_PHONE = /^[0-9+().-]+$/;
const MARKS = /\p{M}/gu;

/** Every word has to be somewhere in the name, the username or the phone. */
export function matching(conversations: readonly Conversation[], typed: string): Conversation[] {
  const words = folded(typed).split(/\s+/u).filter(Boolean).map(spellings);
  if (words.length === 0) return [];
  return conversations.filter((conversation) => {
    const text = searchable(conversation);
    return words.every((ways) => ways.some((way) => text.includes(way)));
  });
}

/** First those we have, newest first; then what only the server knew, each once and as we last heard of it. */
export function merged(here: readonly Conversation[], there: readonly Conversation[], loaded: readonly Conversation[]) {
  const seen = new Set(here.map((conversation) => conversation.contact_id));
  const known = new Map(loaded.map((conversation) => [conversation.contact_id, conversation]));
  const added: Conversation[] = [];
  for (const conversation of there) {
    if (seen.has(conversation.contact_id)) continue;
    seen.add(conversation.contact_id);
    added.push(known.get(conversation.contact_id) ?? conversation);
  }
  return [...here, ...added];
}

// Ten thousand names are folded once, not at every key.
const texts = new WeakMap<Conversation, string>();

function searchable(conversation: Conversation): string {
  let text = texts.get(conversation);
  if (text === undefined) {
    const { name, username, phone } = conversation.contact;
    text = [name, username, phone].map((part) => folded(part ?? "")).join("\n");
    texts.set(conversation, text);
  }
  return text;
}

function spellings(word: string): string[] {
  const plain = word.replace(/^[+@]+/, "");
  return LIKE_A_PHONE.test(word) ? [plain, word.replace(NOT_DIGIT, "")] : [plain];
}

/** Without case and accents: who looks for Celik means Çelik, too. */
function folded(text: string): string {
  return text.toLowerCase().normalize("NFKD").replace(MARKS, "");
}
