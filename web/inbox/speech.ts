/** Everything the page says, in the reader's language: words by id from the catalogues, times and counts by Intl. */
import type { Keep } from "@core/environment";
import { type Messages, setupI18n } from "@lingui/core";
import { computed, type ReadonlySignal, signal } from "@preact/signals";

export type Catalogue = "inbox" | "settings" | "extension";
type Load = () => Promise<{ messages: Messages }>;

// Written out, so that each language is a chunk of its own and the first view carries one.
const CATALOGUES = {
  en: {
    inbox: () => import("@phrases/en/inbox.po"),
    settings: () => import("@phrases/en/settings.po"),
    extension: () => import("@phrases/en/extension.po"),
  },
  de: {
    inbox: () => import("@phrases/de/inbox.po"),
    settings: () => import("@phrases/de/settings.po"),
    extension: () => import("@phrases/de/extension.po"),
  },
} satisfies Record<string, Record<Catalogue, Load>>;

export type Language = keyof typeof CATALOGUES;
export const LANGUAGES = Object.keys(CATALOGUES) as readonly Language[];
/** Each language in its own words: whoever needs the switch may not read the present one. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

const KEPT_AS = "language";
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

const i18n = setupI18n();
const spoken = signal<Language>("en");
// Raised with every catalogue that arrives, so that what was said without it is said again.
const heard = signal(0);
const wanted = new Set<Catalogue>();
let keep: Keep | null = null;

export const language: ReadonlySignal<Language> = spoken;

/** What was chosen by hand; null while the browser's own languages decide. */
const chosen = signal<Language | null>(null);
export const chosenLanguage: ReadonlySignal<Language | null> = chosen;

/** The first of the reader's languages that we have. */
export function fitting(languages: readonly string[]): Language {
  for (const tag of languages) {
    const found = LANGUAGES.find((one) => one === tag.toLowerCase().split("-")[0]);
    if (found) return found;
  }
  return "en";
}

function readersLanguages(): readonly string[] {
  return typeof navigator === "undefined" ? [] : navigator.languages;
}

async function speak(next: Language): Promise<void> {
  const loaded = await Promise.all([...wanted].map((name) => CATALOGUES[next][name]()));
  for (const { messages } of loaded) i18n.load(next, messages);
  i18n.activate(next);
  spoken.value = next;
  heard.value++;
  if (typeof document !== "undefined") {
    document.documentElement.lang = next;
    document.documentElement.dir = RIGHT_TO_LEFT.has(next) ? "rtl" : "ltr";
  }
}

export const speech = {
  /** Before the first words: the language kept, or else the reader's, with the words of the first view. */
  async start(kept?: Keep, first: Catalogue = "inbox"): Promise<void> {
    keep = kept ?? null;
    wanted.add(first);
    const before = await keep?.get(KEPT_AS).catch(() => null);
    chosen.value = LANGUAGES.find((one) => one === before) ?? null;
    await speak(chosen.value ?? fitting(readersLanguages()));
  },

  /** The words of an area that is loaded later; needed before its first view is shown. */
  async load(name: Catalogue): Promise<void> {
    wanted.add(name);
    await speak(spoken.peek());
  },

  /** The switch; null goes back to the browser's languages. */
  async choose(next: Language | null): Promise<void> {
    chosen.value = next;
    await (next ? keep?.set(KEPT_AS, next) : keep?.remove(KEPT_AS))?.catch(() => {});
    await speak(next ?? fitting(readersLanguages()));
  },
};

/** The words with this id; views that call it are drawn again when the language changes. */
export function say(id: string, values?: Record<string, unknown>): string {
  heard.value;
  return i18n._(id, values);
}

/** A formatter per language and shape: making one costs more than using it a thousand times. */
function shape(options: Intl.DateTimeFormatOptions): ReadonlySignal<Intl.DateTimeFormat> {
  return computed(() => new Intl.DateTimeFormat(languageTag(), options));
}

/** The reader's own region where it belongs to the language spoken: en-GB writes days before months, en-US after. */
function languageTag(): string {
  const tag = readersLanguages().find((one) => one.toLowerCase().split("-")[0] === spoken.value);
  return tag ?? spoken.value;
}

const time = shape({ hour: "numeric", minute: "2-digit" });
const weekday = shape({ weekday: "long" });
const date = shape({ day: "2-digit", month: "2-digit", year: "numeric" });
const longDate = shape({ day: "numeric", month: "long", year: "numeric" });
const full = shape({ dateStyle: "full", timeStyle: "medium" });
const counts = computed(() => new Intl.NumberFormat(languageTag()));

/** Whole days between two moments as this machine's calendar counts them; 0 is the same day. */
export function daysBetween(earlier_ms: number, later_ms: number): number {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  return Math.round((midnight(later_ms) - midnight(earlier_ms)) / 86_400_000);
}

export const formatTime = (ms: number): string => time.value.format(ms);
export const formatDateTime = (ms: number): string => full.value.format(ms);
export const formatDate = (ms: number): string => longDate.value.format(ms);
export const formatCount = (count: number): string => counts.value.format(count);

/** A day as a separator names it: today, yesterday, a weekday, a date. */
export function formatDay(ms: number, now_ms: number): string {
  const days = daysBetween(ms, now_ms);
  if (days === 0) return say("day.today");
  if (days === 1) return say("day.yesterday");
  if (days > 1 && days < 7) return weekday.value.format(ms);
  return longDate.value.format(ms);
}

/** A moment as the list names it, as short as it can be: the time today, else the day. */
export function formatWhen(ms: number, now_ms: number): string {
  const days = daysBetween(ms, now_ms);
  if (days <= 0) return formatTime(ms);
  if (days === 1) return say("day.yesterday");
  return days < 7 ? weekday.value.format(ms) : date.value.format(ms);
}
