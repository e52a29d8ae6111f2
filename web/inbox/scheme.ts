/** Light or dark: what the system says, unless the reader chose otherwise here. */
import type { Keep } from "@core/environment";
import { type ReadonlySignal, signal } from "@preact/signals";

export type Scheme = "light" | "dark";

const KEPT_AS = "scheme"; // public/scheme.js reads the same before the first paint

const chosen = signal<Scheme | null>(null);
let keep: Keep | null = null;

/** What was chosen by hand; null follows the system. */
export const scheme: ReadonlySignal<Scheme | null> = chosen;

export async function startScheme(kept: Keep): Promise<void> {
  keep = kept;
  const before = await kept.get(KEPT_AS).catch(() => null);
  show(before === "light" || before === "dark" ? before : null);
}

export async function chooseScheme(next: Scheme | null): Promise<void> {
  show(next);
  await (next ? keep?.set(KEPT_AS, next) : keep?.remove(KEPT_AS))?.catch(() => {});
}

/** What is seen now, whoever decided it. */
export function seenScheme(): Scheme {
  return chosen.value ?? (globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function show(next: Scheme | null): void {
  chosen.value = next;
  if (next) document.documentElement.dataset["scheme"] = next;
  else delete document.documentElement.dataset["scheme"];
}
