/** What was typed survives a reload, except for secrets: those exist only in the field they were pasted into. */
import type { Keep } from "@core/environment";
import { effect } from "@preact/signals";
import type { Entry } from "./entry";

const KEPT_AS = "connect.draft";

/** Fills in what was kept and keeps what is typed from then on, until the returned function is called. */
export function keepDraft(keep: Keep, entries: Readonly<Record<string, Entry>>): () => void {
  let stop: (() => void) | null = null;
  let ended = false;
  void keep
    .get(KEPT_AS)
    .catch(() => null)
    .then((kept) => {
      if (ended) return;
      for (const [name, entry] of Object.entries(entries)) {
        const value = kept !== null && typeof kept === "object" ? (kept as Record<string, unknown>)[name] : null;
        // Whoever was quicker than the storage typed the newer one.
        if (typeof value === "string" && entry.empty) entry.type(value);
      }
      stop = effect(() => {
        const typed = Object.entries(entries).map(([name, entry]) => [name, entry.value.value]);
        void keep.set(KEPT_AS, Object.fromEntries(typed)).catch(() => {});
      });
    });
  return () => {
    ended = true;
    stop?.();
  };
}

export async function dropDraft(keep: Keep): Promise<void> {
  await keep.remove(KEPT_AS).catch(() => {});
}
