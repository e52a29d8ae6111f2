/** All emoji with their names in the reader's language: fetched with the first opening of the picker. */
import type { Language } from "@inbox/speech";

/** As the bundled tables hold them, which are those of Emojibase. */
interface Entry {
  annotation: string;
  tags?: string[];
  emoji: string;
  order: number;
  group: number;
  version: number;
  emoticon?: string | string[];
  skins?: { tone: number | number[]; emoji: string; version: number }[];
}

export interface Emoji {
  emoji: string;
  name: string;
  group: number;
  /** The same in the five tones of skin, lightest first; empty where there are none. */
  tones: readonly string[];
  /** What a search looks through, in lower case. */
  words: readonly string[];
}

const COMPONENTS = 2; // tones and hair by themselves
const TONES = [1, 2, 3, 4, 5];

const TABLES: Record<Language, () => Promise<{ default: unknown }>> = {
  en: () => import("emoji-picker-element-data/en/cldr-native/data.json"),
  de: () => import("emoji-picker-element-data/de/cldr-native/data.json"),
};

const read = new Map<string, Promise<readonly Emoji[]>>();

/** In the order of Unicode, none newer than `version_max`, which this machine could not draw. */
export function emojiTable(language: Language, version_max: number): Promise<readonly Emoji[]> {
  const key = `${language} ${version_max}`;
  const known = read.get(key) ?? TABLES[language]().then((table) => understood(table.default as Entry[], version_max));
  read.set(key, known);
  known.catch(() => read.delete(key)); // no network: asked again the next time
  return known;
}

export function understood(entries: readonly Entry[], version_max: number): Emoji[] {
  return entries
    .filter((entry) => entry.group !== COMPONENTS && entry.version <= version_max)
    .sort((one, other) => one.order - other.order)
    .map((entry) => ({
      emoji: plain(entry.emoji),
      name: entry.annotation,
      group: entry.group,
      tones: TONES.flatMap((tone) => entry.skins?.find((skin) => skin.tone === tone)?.emoji ?? []),
      words: wordsOf(entry),
    }));
}

/** Those that have a word beginning with each word asked for; a name that begins so comes first. */
export function searched(table: readonly Emoji[], asked: string): Emoji[] {
  const wanted = asked.trim().toLowerCase();
  if (wanted === "") return [];
  const parts = wanted.split(/\s+/u);
  const found = table.filter(
    (one) => one.emoji === wanted || parts.every((part) => one.words.some((word) => word.startsWith(part))),
  );
  const first = (one: Emoji) => (one.name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((one, other) => first(one) - first(other));
}

/** `tone` 0 is the yellow one. */
export function toned(one: Emoji, tone: number): string {
  return one.tones[tone - 1] ?? one.emoji;
}

/** Without the sign for "as a picture" where it is one anyway: so do phones write it, so do reactions compare. */
function plain(emoji: string): string {
  return emoji.replace(/(\p{Emoji_Presentation})\uFE0F/gu, "$1");
}

function wordsOf(entry: Entry): string[] {
  const emoticons = typeof entry.emoticon === "string" ? [entry.emoticon] : (entry.emoticon ?? []);
  const named = `${entry.annotation} ${entry.tags?.join(" ") ?? ""}`.toLowerCase().split(/[\s:,()]+/u);
  return [...new Set([...named, ...emoticons.map((one) => one.toLowerCase())])].filter(Boolean);
}
