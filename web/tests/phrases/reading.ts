/** Reads catalogues and sources as text, so that the tests do not trust the tools they check. */

export interface Entry {
  id: string;
  words: string;
  notes: string;
}

/** A compiled message: words, or an argument with its kind and its forms. */
export type Part = string | [name: string, kind?: string, forms?: Record<string, Part[] | string | number>];

export interface Argument {
  name: string;
  kind: string;
  forms: string[];
}

/** The entries of a .po file but its header. */
export function entries(po: string): Entry[] {
  return po
    .split(/\n\s*\n/)
    .map((block) => ({ id: field(block, "msgid"), words: field(block, "msgstr"), notes: notesOf(block) }))
    .filter(({ id }) => id !== "");
}

function field(block: string, name: string): string {
  const found = new RegExp(`^${name} ((?:"(?:[^"\\\\]|\\\\.)*"\\s*)+)`, "m").exec(block)?.[1] ?? "";
  return [...found.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([quoted]) => JSON.parse(quoted) as string).join("");
}

function notesOf(block: string): string {
  return block
    .split("\n")
    .filter((line) => line.startsWith("#"))
    .join("\n");
}

/** Every argument of a compiled message, also those inside of plural forms. */
export function argumentsOf(parts: readonly Part[] | string): Argument[] {
  if (typeof parts === "string") return [];
  return parts.flatMap((part) => {
    if (typeof part === "string" || part[0] === "#") return [];
    const [name, kind = "value", forms = {}] = part;
    const inner = Object.values(forms).flatMap((form) => (Array.isArray(form) ? argumentsOf(form) : []));
    const named = Object.keys(forms).filter((form) => form !== "offset");
    return [{ name, kind, forms: named }, ...inner];
  });
}

export interface Call {
  /** The ids that its first argument names outright. */
  ids: string[];
  /** The names it is given, sorted; null where they cannot be read off the source. */
  given: string[] | null;
}

/** Every call of `say` in a source. */
export function said(code: string): Call[] {
  return [...code.matchAll(/(?<![\w.])say\(/g)].map(({ index }) => {
    const [first = "", second] = parameters(code, index + "say(".length);
    const ids = [...first.matchAll(/(?<![=!]==? )"([\w-]+(?:\.[\w-]+)+)"/g)].map(([, id]) => id as string);
    return { ids, given: namesOf(second) };
  });
}

function namesOf(values: string | undefined): string[] | null {
  if (values === undefined) return [];
  const inside = /^\{(.*)\}$/s.exec(values.trim())?.[1];
  if (inside === undefined || inside.includes("...")) return null;
  return parameters(`${inside})`, 0)
    .filter((each) => each.trim() !== "")
    .map((each) => /^\s*([\w$]+)/.exec(each)?.[1] ?? "")
    .sort();
}

/** The parameters of a call whose opening bracket stands before `from`. */
function parameters(code: string, from: number): string[] {
  const found: string[] = [];
  let [depth, start, quote] = [0, from, ""];
  for (let at = from; at < code.length; at++) {
    const sign = code[at] as string;
    if (quote !== "") {
      if (sign === "\\") at++;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'" || sign === "`") {
      quote = sign;
    } else if ("([{".includes(sign)) {
      depth++;
    } else if (")]}".includes(sign) && depth-- === 0) {
      return [...found, code.slice(start, at)].filter((each) => each.trim() !== "");
    } else if (sign === "," && depth === 0) {
      found.push(code.slice(start, at));
      start = at + 1;
    }
  }
  return found;
}

/** Ids that a source makes of parts, such as `tick.${tick}`; with `after`, only where that stands right before. */
export function templates(code: string, after = ""): { text: string; matches: RegExp }[] {
  return [...code.matchAll(/`([\w-]+\.[^`\s]*\$\{[^`]*)`/g)]
    .filter(({ index }) => code.slice(0, index).endsWith(after))
    .map(([, text = ""]) => {
      const fixed = text.split(/\$\{[^}]*\}/).map((each) => each.replace(/[.*+?^$()[\]{}|\\]/g, "\\$&"));
      return { text, matches: new RegExp(`^${fixed.join("[\\w.-]+")}$`) };
    });
}
