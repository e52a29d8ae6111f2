/** The number that is open: its conversations, followed as well as the line allows. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Conversation, InboxNumber } from "./chat";
import { Thread } from "./thread";

/** True at every moment: `live` only while nothing that the server knows is missing here. */
export type Condition = "live" | "catching_up" | "pull" | "offline";

export interface Found {
  rows: Conversation[];
  next: string | null;
}

export class OpenNumber {
  readonly id: string;
  readonly number: ReadonlySignal<InboxNumber>;
  readonly condition: ReadonlySignal<Condition> = signal<Condition>("catching_up");
  readonly refreshed_at: ReadonlySignal<number | null> = signal(null);
  /** Newest activity first: all that are loaded. */
  readonly rows: ReadonlySignal<readonly Conversation[]> = signal([]);
  /** Whether the server has no older ones. */
  readonly complete: ReadonlySignal<boolean> = signal(false);
  readonly unread: ReadonlySignal<number> = signal(0);
  readonly #opened = signal<Thread | null>(null);

  constructor(number: InboxNumber) {
    this.id = number.id;
    this.number = signal(number);
  }

  get opened(): ReadonlySignal<Thread | null> {
    return this.#opened;
  }

  async more(): Promise<void> {}
  async refresh(): Promise<void> {}

  async search(_q: string): Promise<Found> {
    return { rows: [], next: null };
  }

  async searchMore(_q: string, _next: string): Promise<Found> {
    return { rows: [], next: null };
  }

  openThread(contact_id: string): Thread {
    const thread = new Thread(contact_id);
    this.#opened.value = thread;
    return thread;
  }

  closeThread(): void {
    this.#opened.value = null;
  }
}
