/** Both languages say the same things, completely; what the views say exists, and nothing is kept that nobody says. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Messages } from "@lingui/core";
import { describe, expect, test } from "vitest";
import { argumentsOf, type Entry, entries, type Part, said, templates } from "./reading";

const WEB = resolve(import.meta.dirname, "../..");
const LANGUAGES = ["en", "de"] as const;
const AREAS = ["inbox", "settings", "extension"] as const;

type Language = (typeof LANGUAGES)[number];

const COMPILED = import.meta.glob<{ messages: Messages }>("../../phrases/*/*.po", { eager: true });

function written(language: Language, area: string): Entry[] {
  return entries(readFileSync(resolve(WEB, `phrases/${language}/${area}.po`), "utf8"));
}

function compiled(language: Language): Map<string, Part[]> {
  const found = Object.entries(COMPILED).filter(([path]) => path.includes(`/${language}/`));
  return new Map(found.flatMap(([, { messages }]) => Object.entries(messages) as [string, Part[]][]));
}

const SOURCES = ["inbox", "extension", "core"].flatMap((folder) =>
  readdirSync(resolve(WEB, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts") && !/(^|\/)\.(wxt|output)\//.test(name))
    .map((name) => ({ name: `${folder}/${name}`, code: readFileSync(resolve(WEB, folder, name), "utf8") })),
);
/** Names of other things that look like ids of words: what is kept, and a file. */
const NAMES = new Set(["golive.dismissed", "connect.draft", "dock.js"]);
const IDS = new Set(AREAS.flatMap((area) => written("en", area).map(({ id }) => id)));

describe.each(AREAS)("the catalogue of %s", (area) => {
  test("has the same ids in every language, in the same order", () => {
    const [first, ...rest] = LANGUAGES.map((language) => written(language, area).map(({ id }) => id));
    for (const other of rest) expect(other).toEqual(first);
  });

  test.each(LANGUAGES)("says something in %s for every id, once, without blank edges", (language) => {
    const all = written(language, area);
    expect(all.filter(({ words }) => words.trim() === "" || words !== words.trim())).toEqual([]);
    expect(all.length).toBe(new Set(all.map(({ id }) => id)).size);
  });

  test.each(LANGUAGES)("marks every id of %s as one, or the tool takes it for English words", (language) => {
    const all = written(language, area);
    expect(all.filter(({ notes }) => !notes.includes("js-lingui-explicit-id")).map(({ id }) => id)).toEqual([]);
  });
});

test("no id is in two catalogues", () => {
  const all = AREAS.flatMap((area) => written("en", area).map(({ id }) => id));
  expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
});

describe("every message", () => {
  test.each(LANGUAGES)("of %s is valid ICU, with the plurals of its language", (language) => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories as string[];
    const messages = compiled(language);
    expect(new Set(messages.keys())).toEqual(IDS);
    for (const [id, parts] of messages) {
      for (const { name, kind, forms } of argumentsOf(parts)) {
        if (kind === "plural") {
          const odd = forms.filter((form) => !/^=?\d+$/.test(form) && !categories.includes(form));
          expect({ id, name, odd, lacksOther: !forms.includes("other") }).toEqual({
            id,
            name,
            odd: [],
            lacksOther: false,
          });
        }
      }
    }
  });

  test("takes the same arguments in both languages", () => {
    const [en, de] = [compiled("en"), compiled("de")];
    const names = (parts: Part[] | undefined) => [...new Set(argumentsOf(parts ?? []).map(({ name }) => name))].sort();
    for (const id of IDS) expect({ id, takes: names(de.get(id)) }).toEqual({ id, takes: names(en.get(id)) });
  });
});

describe("what the views say", () => {
  const calls = SOURCES.flatMap(({ name, code }) => said(code).map((call) => ({ ...call, name })));

  test("is in the catalogues", () => {
    expect(calls.length).toBeGreaterThan(100);
    const missing = calls.flatMap(({ name, ids }) => ids.filter((id) => !IDS.has(id)).map((id) => `${name}: ${id}`));
    expect(missing).toEqual([]);
  });

  test("is in the catalogues, also where a table names it", () => {
    const areas = new Set([...IDS].map((id) => id.split(".")[0]));
    const named = SOURCES.flatMap(({ name, code }) =>
      [...code.matchAll(/"([a-z_]+(?:\.[a-zA-Z_]+)+)"/g)].map(([, id = ""]) => ({ name, id })),
    );
    const missing = named.filter(({ id }) => areas.has(id.split(".")[0] ?? "") && !IDS.has(id) && !NAMES.has(id));
    expect(missing).toEqual([]);
  });

  test("is in the catalogues for some value, where its id is made of parts", () => {
    const made = SOURCES.flatMap(({ name, code }) => templates(code, "say(").map((one) => ({ name, one })));
    expect(made.length).toBeGreaterThan(5);
    const missing = made.filter(({ one }) => ![...IDS].some((id) => one.matches.test(id)));
    expect(missing.map(({ name, one }) => `${name}: ${one.text}`)).toEqual([]);
  });

  test("gives a message exactly what it asks for", () => {
    const messages = compiled("en");
    const asks = (id: string) => [...new Set(argumentsOf(messages.get(id) ?? []).map(({ name }) => name))].sort();
    const wrong = calls.flatMap(({ name, ids, given }) =>
      ids
        .filter((id) => given !== null && IDS.has(id) && `${asks(id)}` !== `${given}`)
        .map((id) => `${name}: ${id} asks for {${asks(id)}} and gets {${given}}`),
    );
    expect(wrong).toEqual([]);
  });

  test("is all that the catalogues hold", () => {
    const literals = new Set(
      SOURCES.flatMap(({ code }) => [...code.matchAll(/"([\w.-]+)"/g)].map(([, words]) => words)),
    );
    const made = SOURCES.flatMap(({ code }) => templates(code));
    const unsaid = [...IDS].filter((id) => !literals.has(id) && !made.some(({ matches }) => matches.test(id)));
    expect(unsaid).toEqual([]);
  });
});
