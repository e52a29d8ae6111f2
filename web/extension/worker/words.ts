/** What the worker says: in the dock, on the toolbar and in notifications; both languages are at hand. */
import { setupI18n } from "@lingui/core";
import { messages as de } from "@phrases/de/extension.po";
import { messages as en } from "@phrases/en/extension.po";

const LANGUAGES = { en, de };
type Language = keyof typeof LANGUAGES;

const i18n = setupI18n({ locale: "en", messages: LANGUAGES });

/** The language chosen in the inbox, else the first of the reader's that we have. */
export function speak(chosen: unknown, readers: readonly string[]): void {
  const wanted = [chosen, ...readers].map((tag) => String(tag).toLowerCase().split("-")[0]);
  const names = Object.keys(LANGUAGES) as Language[];
  i18n.activate(wanted.flatMap((tag) => names.find((name) => name === tag) ?? []).at(0) ?? "en");
}

export function say(id: string, values?: Record<string, unknown>): string {
  return i18n._(id, values);
}
