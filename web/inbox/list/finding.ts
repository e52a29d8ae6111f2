/** A search under way: what is found here at once, and what the server adds a moment later. */
import type { Conversation } from "@core/chat";
import type { Clock } from "@core/environment";
import type { Found, OpenNumber } from "@core/opennumber";
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { matching, merged } from "./matching";

const PAUSE_MS = 250; // between the last key and asking the server

type Asked = "idle" | "searching" | "failed";
type Searched = Pick<OpenNumber, "rows" | "search" | "erased">;

export class Finding {
  readonly typed: Signal<string> = signal("");
  readonly rows: ReadonlySignal<readonly Conversation[]>;
  readonly asked: ReadonlySignal<Asked>;
  /** Whether the server has found more than it has told. */
  readonly more: ReadonlySignal<boolean>;
  readonly #q: ReadonlySignal<string>;
  readonly #number: Searched;
  readonly #asked = signal<Asked>("idle");
  readonly #told = signal<Found & { q: string }>({ q: "", rows: [], next: null });
  readonly #stop: () => void;

  constructor(number: Searched, clock: Clock) {
    this.#number = number;
    this.#q = computed(() => this.typed.value.trim());
    this.asked = this.#asked;
    this.more = computed(() => this.#told.value.next !== null && this.#told.value.q === this.q);
    this.rows = computed(() => {
      const loaded = number.rows.value;
      const { q, rows } = this.#told.value;
      const gone = number.erased.value;
      const told = q === this.q ? rows.filter(({ contact_id }) => !gone.has(contact_id)) : [];
      return merged(matching(loaded, this.q), told, loaded);
    });
    this.#stop = effect(() => {
      const q = this.q;
      this.#asked.value = q ? "searching" : "idle";
      return q ? clock.after(PAUSE_MS, () => void this.#ask(q)) : undefined;
    });
  }

  /** What is looked for. */
  get q(): string {
    return this.#q.value;
  }

  again(): void {
    const q = this.#q.peek();
    if (q) void this.#ask(q);
  }

  /** The next page of what the server found. */
  async further(): Promise<void> {
    const { q, rows, next } = this.#told.peek();
    if (next === null || this.#asked.peek() === "searching" || q !== this.#q.peek()) return;
    await this.#hear(q, rows, this.#number.search(q, next));
  }

  close(): void {
    this.#stop();
  }

  async #ask(q: string): Promise<void> {
    await this.#hear(q, [], this.#number.search(q));
  }

  async #hear(q: string, before: readonly Conversation[], answer: Promise<Found>): Promise<void> {
    this.#asked.value = "searching";
    const found = await answer.catch(() => null);
    if (q !== this.#q.peek()) return; // something else is looked for by now
    this.#asked.value = found ? "idle" : "failed";
    if (found) this.#told.value = { q, rows: [...before, ...found.rows], next: found.next };
  }
}
