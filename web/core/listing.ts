/** The list of a number's conversations as the server gives it: page by page, by a search, and all of it anew. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "./api";
import { Asking } from "./asking";
import type { Conversation, Snapshot } from "./chat";
import type { ChatState } from "./chatstate";
import type { ListEdge } from "./conversations";
import type { Clock } from "./environment";

const PAGE = 200;
/** After a resync the list is read again as far down as somebody had scrolled, but not further than this. */
const AGAIN_MAX = 1_000;

/** Of one visit; what was found long before is not on the screen any more. */
const ERASED_MAX = 1_000;

export interface Found {
  rows: Conversation[];
  next: string | null;
}

export class Listing {
  readonly #number_id: string;
  readonly #api: Api;
  readonly #state: ChatState;
  readonly #asking: Asking;
  readonly #erased = signal<ReadonlySet<string>>(new Set());

  constructor(number_id: string, api: Api, clock: Clock, state: ChatState) {
    this.#number_id = number_id;
    this.#api = api;
    this.#state = state;
    this.#asking = new Asking(clock);
  }

  /** Who was erased while this is open: what somebody found before must not show them. */
  get erased(): ReadonlySignal<ReadonlySet<string>> {
    return this.#erased;
  }

  erase(contact_ids: readonly string[]): void {
    this.#erased.value = new Set([...this.#erased.peek(), ...contact_ids].slice(-ERASED_MAX));
  }

  /** The next page of the list; never rejects. */
  more(): Promise<void> {
    const { conversations } = this.#state;
    const before = conversations.next;
    if (before === null || conversations.complete.peek()) return Promise.resolve();
    return this.#asking.ask(async () => {
      await this.#state.ask(
        () => this.#page({ before, limit: PAGE }),
        (page, { conversations: { meanwhile, moment } }) => {
          conversations.land(page.rows, page.next, meanwhile, moment);
        },
      );
    });
  }

  /** The server was heard: what waited for it is tried again. */
  resume(): void {
    this.#asking.resume();
  }

  /** Names, phones and usernames, at the server: also of conversations that are not loaded. */
  async search(q: string, before?: string): Promise<Found> {
    const { rows, next } = await this.#page({ q, ...(before === undefined ? {} : { before }), limit: 50 });
    // What is held may be newer than an answer.
    return { rows: rows.map((row) => this.#state.find(row.contact_id) ?? row), next };
  }

  /** From a snapshot on, until all that was held is read anew or there is enough to go on with. */
  async anew(snapshot: Snapshot): Promise<{ rows: Conversation[]; edges: ListEdge[]; complete: boolean }> {
    const wanted = Math.min(this.#state.conversations.size, AGAIN_MAX);
    const rows = new Map(snapshot.conversations.map((row) => [row.contact_id, row]));
    const edges: ListEdge[] = [];
    let [page, next] = [snapshot.conversations, snapshot.next];
    for (;;) {
      const last = page.at(-1);
      if (next !== null && last !== undefined) edges.push({ last_activity_at: last.last_activity_at, next });
      if (next === null || last === undefined || rows.size >= wanted) break;
      const read: Found = await this.#page({ before: next, limit: PAGE });
      [page, next] = [read.rows, read.next];
      for (const row of page) rows.set(row.contact_id, row);
    }
    return { rows: [...rows.values()], edges, complete: next === null };
  }

  async #page(query: { before?: string; limit: number; q?: string }): Promise<Found> {
    const path = { number_id: this.#number_id };
    const page = await this.#api.get("/v1/numbers/{number_id}/conversations", { path, query });
    return { rows: page.conversations, next: page.next };
  }
}
