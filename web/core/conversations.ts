/** The list of a number's conversations: newest activity first, as far down as it was read, without a hole. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Conversation } from "./chat";
import type { Meanwhile } from "./meanwhile";
import { compareConversations, placeIn } from "./order";

/** Where a page of the list ended: the activity of its last row, and how to ask for what comes below it. */
export interface ListEdge {
  last_activity_at: string;
  next: string;
}

export class Conversations {
  readonly #rows = signal<readonly Conversation[]>([]);
  readonly #complete = signal(false);
  readonly #unread = signal(0);
  #byId = new Map<string, Conversation>();
  #edges: ListEdge[] = [];
  #draft: Conversation[] | null = null;
  #unread_count = 0;

  /** As of the last `publish`. */
  get rows(): ReadonlySignal<readonly Conversation[]> {
    return this.#rows;
  }

  get complete(): ReadonlySignal<boolean> {
    return this.#complete;
  }

  get unread(): ReadonlySignal<number> {
    return this.#unread;
  }

  /** How to ask for what comes below the last row. */
  get next(): string | null {
    return this.#edges.at(-1)?.next ?? null;
  }

  get size(): number {
    return this.#byId.size;
  }

  find(contact_id: string): Conversation | undefined {
    return this.#byId.get(contact_id);
  }

  /** A conversation as it is now. What stands below the last page comes with its own page. */
  assign(conversation: Conversation): void {
    const held = this.#byId.get(conversation.contact_id);
    if (held !== undefined && held.last_activity_at === conversation.last_activity_at) {
      const rows = this.#edit();
      rows[placeIn(rows, held, compareConversations)] = conversation;
      this.#count(held, -1);
      this.#count(conversation, 1);
      return;
    }
    this.remove(conversation.contact_id);
    if (!this.#reaches(conversation)) return;
    const rows = this.#edit();
    rows.splice(placeIn(rows, conversation, compareConversations), 0, conversation);
    this.#count(conversation, 1);
  }

  remove(contact_id: string): void {
    const held = this.#byId.get(contact_id);
    if (held === undefined) return;
    const rows = this.#edit();
    rows.splice(placeIn(rows, held, compareConversations), 1);
    this.#count(held, -1);
  }

  /** The page that follows the last one; asked for at `moment`. */
  land(page: readonly Conversation[], next: string | null, meanwhile: Meanwhile<Conversation>, moment: number): void {
    this.#end(page, next);
    const rows = this.#edit();
    for (const read of page) {
      if (meanwhile.since(moment, read.contact_id) !== undefined || this.#byId.has(read.contact_id)) continue;
      rows.push(read);
      this.#count(read, 1);
    }
    rows.sort(compareConversations);
    for (const told of meanwhile.allSince(moment)) this.assign(told);
  }

  /** All of it anew. */
  replace(rows: readonly Conversation[], edges: readonly ListEdge[], complete: boolean): void {
    this.#byId = new Map();
    this.#unread_count = 0;
    this.#draft = [...rows].sort(compareConversations);
    for (const row of rows) this.#count(row, 1);
    this.#edges = [...edges];
    this.#complete.value = complete;
  }

  /** At most this many of the newest, cut where a page ended so that one can go on from there. */
  head(length_max: number): { rows: readonly Conversation[]; edges: readonly ListEdge[]; complete: boolean } {
    const rows = this.#rows.peek();
    if (rows.length <= length_max) return { rows, edges: this.#edges, complete: this.#complete.peek() };
    const ends = this.#edges.map((edge) => rows.findLastIndex((row) => row.last_activity_at >= edge.last_activity_at));
    const last = Math.max(
      0,
      ends.findLastIndex((end) => end < length_max),
    );
    const end = ends[last];
    // Without any page's end (all came by changes) there is nowhere to cut.
    if (end === undefined) return { rows, edges: this.#edges, complete: this.#complete.peek() };
    return { rows: rows.slice(0, end + 1), edges: this.#edges.slice(0, last + 1), complete: false };
  }

  /** Show what was done since the last time. */
  publish(): boolean {
    if (this.#draft === null) return false;
    this.#rows.value = this.#draft;
    this.#draft = null;
    this.#unread.value = this.#unread_count;
    return true;
  }

  #end(page: readonly Conversation[], next: string | null): void {
    const last_activity_at = page.at(-1)?.last_activity_at ?? this.#edges.at(-1)?.last_activity_at;
    if (next === null) this.#complete.value = true;
    else if (last_activity_at !== undefined) this.#edges.push({ last_activity_at, next });
  }

  #edit(): Conversation[] {
    this.#draft ??= [...this.#rows.peek()];
    return this.#draft;
  }

  #count(conversation: Conversation, by: 1 | -1): void {
    if (by === 1) this.#byId.set(conversation.contact_id, conversation);
    else this.#byId.delete(conversation.contact_id);
    if (conversation.unread > 0) this.#unread_count += by;
  }

  #reaches(conversation: Conversation): boolean {
    const edge = this.#edges.at(-1);
    return this.#complete.peek() || edge === undefined || conversation.last_activity_at >= edge.last_activity_at;
  }
}
