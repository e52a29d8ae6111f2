/** What a person has chosen for the extension, and where it is kept: in this browser alone, never synchronised. */
import type { Keep } from "@core/environment";
import * as v from "valibot";

const SHAPE = v.object({
  /** Origin of the server; null until somebody has said where it is. */
  origin: v.fallback(v.nullable(v.string()), null),
  /** The edge of WhatsApp Web where the dock icon is; null is where its bar is. */
  side: v.fallback(v.nullable(v.picklist(["left", "right"])), null),
  /** Whether the key does anything. */
  key: v.fallback(v.boolean(), true),
  /** What a desktop notification tells. */
  tell: v.fallback(v.picklist(["nothing", "name", "text"]), "nothing"),
});

export type Settings = v.InferOutput<typeof SHAPE>;
export type Side = NonNullable<Settings["side"]>;
export type Tell = Settings["tell"];

/** The part of `chrome.storage` that is needed here. */
export interface Store {
  get(key: string): Promise<Record<string, unknown>>;
  set(values: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
}

export const SETTINGS_KEY = "settings";
const OPEN_KEY = "open";

export function parseSettings(kept: unknown): Settings {
  return v.parse(SHAPE, typeof kept === "object" && kept !== null ? kept : {});
}

export async function readSettings(store: Store): Promise<Settings> {
  return parseSettings((await store.get(SETTINGS_KEY))[SETTINGS_KEY]);
}

export async function changeSettings(store: Store, change: Partial<Settings>): Promise<Settings> {
  const settings = { ...(await readSettings(store)), ...change };
  await store.set({ [SETTINGS_KEY]: settings });
  return settings;
}

/** Whether the overlay was open when it was last seen. */
export async function wasOpen(store: Store): Promise<boolean> {
  return (await store.get(OPEN_KEY))[OPEN_KEY] === true;
}

export async function keepOpen(store: Store, open: boolean): Promise<void> {
  await store.set({ [OPEN_KEY]: open });
}

/** Where WhatsApp Web has its bar: it is read in the language of the browser. */
export function barSide(): Side {
  return chrome.i18n.getMessage("@@bidi_dir") === "rtl" ? "right" : "left";
}

/** Every server has a drawer of its own, so that a sign-in is never shown to another one. */
export function drawer(origin: string): string {
  return `kept ${origin} `;
}

export function keepFor(store: Store, origin: string): Keep {
  const named = (key: string) => drawer(origin) + key;
  return {
    get: async (key) => (await store.get(named(key)))[named(key)],
    set: async (key, value) => await store.set({ [named(key)]: value }),
    remove: async (key) => await store.remove(named(key)),
  };
}
