/** What the outbox holds: the same here and on the shelf, where other tabs of this browser look too. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { compareText } from "./order";
import type { OutboxShelf } from "./outboxshelf";
import type { Entry } from "./pending";

export class OutboxEntries {
  readonly #shelf: OutboxShelf;
  readonly #all = signal<readonly Entry[]>([]);
  readonly #durable = signal(true);
  /** Entries whose storing has not ended yet, and those that could not be stored. */
  readonly #storing = new Map<string, Promise<void>>();
  readonly #unstored = new Set<string>();
  /** Entries that are gone here and about to go from the shelf. */
  readonly #dropped = new Set<string>();

  constructor(shelf: OutboxShelf) {
    this.#shelf = shelf;
  }

  /** In the order in which they were said. */
  get all(): ReadonlySignal<readonly Entry[]> {
    return this.#all;
  }

  get durable(): ReadonlySignal<boolean> {
    return this.#durable;
  }

  find(id: string): Entry | undefined {
    return this.#all.peek().find((entry) => entry.id === id);
  }

  add(entry: Entry): void {
    this.#all.value = [...this.#all.peek(), entry];
    this.#store(entry);
  }

  /** The entry in its new state; on the shelf only if no other tab has brought it to its end. */
  change(changed: Entry): void {
    this.#assign(changed);
    void this.#stored(changed);
  }

  /** Write down that an entry is about to be attempted; null when there is nothing to attempt any more. */
  async attempting(id: string, now_ms: number): Promise<Entry | null> {
    const entry = this.find(id);
    if (!entry) {
      return null;
    }
    const attempted = { ...entry, attempted_at: entry.attempted_at ?? now_ms };
    this.#assign(attempted); // at once: what changes meanwhile, such as the contact's id, changes from there
    if ((await this.#stored(attempted)) === "absent") {
      this.#forget(id);
    }
    return this.find(id) ?? null;
  }

  drop(id: string): void {
    const storing = this.#storing.get(id) ?? Promise.resolve();
    this.#forget(id);
    this.#dropped.add(id);
    void storing.then(() => this.#shelf.remove(id)).then(() => this.#dropped.delete(id));
  }

  /** Those that fit go, also what other tabs have said and nobody here has read. */
  async forget(fits: (entry: Entry) => boolean): Promise<void> {
    for (const entry of this.#all.peek()) if (fits(entry)) this.drop(entry.id);
    await Promise.all(this.#storing.values()); // what is still being stored would come after
    for (const entry of (await this.#shelf.all()) ?? []) if (fits(entry)) await this.#shelf.remove(entry.id);
  }

  clear(): void {
    this.#all.value = [];
  }

  /** See what other tabs, or an earlier page, have left to do and what they have done; `busy` are on the line here. */
  async read(busy: ReadonlySet<string>): Promise<void> {
    for (const id of this.#unstored) {
      const entry = this.find(id);
      if (entry && !this.#storing.has(id)) {
        this.#store(entry);
      }
    }
    const before = new Set(this.#all.peek().map((entry) => entry.id));
    const ours = new Set([...this.#storing.keys(), ...this.#unstored, ...busy]);
    const stored = await this.#shelf.all();
    this.#durable.value = stored !== null && this.#unstored.size === 0;
    if (stored === null) {
      return;
    }
    const kept = new Map(stored.filter((entry) => !this.#dropped.has(entry.id)).map((entry) => [entry.id, entry]));
    for (const entry of this.#all.peek()) {
      // Anything else that is not on the shelf any more, another tab has brought to its end.
      if (!before.has(entry.id) || ours.has(entry.id)) {
        kept.set(entry.id, entry);
      }
    }
    this.#all.value = [...kept.values()].sort((a, b) => a.created_at - b.created_at || compareText(a.id, b.id));
  }

  #assign(changed: Entry): void {
    this.#all.value = this.#all.peek().map((entry) => (entry.id === changed.id ? changed : entry));
  }

  #store(entry: Entry): void {
    const storing = this.#shelf.put(entry).then((stored) => {
      this.#durable.value = stored === "stored";
      this.#unstored[stored === "stored" ? "delete" : "add"](entry.id);
      this.#storing.delete(entry.id);
    });
    this.#storing.set(entry.id, storing);
  }

  async #stored(changed: Entry): Promise<"stored" | "absent" | "unavailable"> {
    await this.#storing.get(changed.id);
    const stored = await this.#shelf.replace(changed);
    return stored === "absent" && this.#unstored.has(changed.id) ? "unavailable" : stored;
  }

  #forget(id: string): void {
    this.#unstored.delete(id);
    this.#all.value = this.#all.peek().filter((entry) => entry.id !== id);
  }
}
