/** The messages of one conversation as far back as they were read: without a hole, in the server's order. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Message, Status } from "./chat";
import { Meanwhile } from "./meanwhile";
import { compareMessages, placeIn } from "./order";

/** Where a page ended: its oldest message's place, and how to ask for what lies before it. */
export interface Edge {
  place: Pick<Message, "id" | "sent_at" | "received_at" | "position"> | null;
  next: string | null;
}

export interface MessagePage {
  messages: readonly Message[];
  next: string | null;
}

const ORDER: readonly Status[] = ["queued", "unknown", "accepted", "sent", "failed", "delivered", "read", "played"];

export class History {
  contact_id: string;
  /** Some of it may have been missed: it has to be read again. */
  stale = false;
  /** Somebody reads far up: nothing is let go under their eyes. */
  pinned = false;
  readonly #rows = signal<readonly Message[]>([]);
  readonly #loaded = signal(false);
  readonly #start = signal(false);
  /** Grows when it begins anew, or should: pages that were asked for before join on to nothing. */
  #beginning = 0;
  #byId = new Map<string, Message>();
  #edges: Edge[] = [];
  #draft: Message[] | null = null;

  constructor(contact_id: string) {
    this.contact_id = contact_id;
  }

  /** Oldest first; as of the last `publish`. */
  get rows(): ReadonlySignal<readonly Message[]> {
    return this.#rows;
  }

  /** Whether the newest page has come: before that, rows are odd ones out. */
  get loaded(): ReadonlySignal<boolean> {
    return this.#loaded;
  }

  /** Whether nothing lies before the first row. */
  get start(): ReadonlySignal<boolean> {
    return this.#start;
  }

  /** How to ask for what lies before the first row. */
  get before(): string | null {
    return this.#edges.at(-1)?.next ?? null;
  }

  get beginning(): number {
    return this.#beginning;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Something may have been missed. */
  doubt(): void {
    this.stale = true;
    this.#beginning += 1;
  }

  find(id: string): Message | undefined {
    return this.#byId.get(id);
  }

  /** A message as it is now. What lies before the oldest page comes with its own page. */
  assign(message: Message): void {
    const held = this.#byId.get(message.id);
    if (held === undefined && this.#loaded.peek() && !this.#reaches(message)) return;
    // Statuses only ever climb at the server: a lower one is news from before what is held, as after a newer page.
    if (held !== undefined && rank(held) > rank(message)) return;
    const rows = this.#edit();
    if (held !== undefined) {
      const place = placeIn(rows, held, compareMessages);
      if (compareMessages(held, message) === 0) {
        rows[place] = message;
        this.#byId.set(message.id, message);
        return;
      }
      rows.splice(place, 1);
    }
    rows.splice(placeIn(rows, message, compareMessages), 0, message);
    this.#byId.set(message.id, message);
  }

  remove(id: string): boolean {
    const held = this.#byId.get(id);
    if (held === undefined) return false;
    const rows = this.#edit();
    rows.splice(placeIn(rows, held, compareMessages), 1);
    this.#byId.delete(id);
    return true;
  }

  /** A page that follows the oldest one held, or the first; asked for at `moment`. */
  land(page: MessagePage, meanwhile: Meanwhile<Message>, moment: number): void {
    const oldest = page.messages.at(-1) ?? null;
    const first = !this.#loaded.peek();
    if (first) this.#beginning += 1;
    this.#edges.push({ place: oldest ?? this.#edges.at(-1)?.place ?? null, next: page.next });
    this.#loaded.value = true;
    this.#start.value = page.next === null;
    const read = page.messages.filter(({ id }) => meanwhile.since(moment, id) === undefined);
    const fresh = read.filter(({ id }) => !this.#byId.has(id)).map((message) => this.#labelled(message));
    const rows = this.#edit();
    for (const message of fresh) {
      rows.push(message);
      this.#byId.set(message.id, message);
    }
    rows.sort(compareMessages); // nearly sorted already, which is what sort is fastest at
    if (first) for (const row of [...rows]) if (!this.#reaches(row)) this.remove(row.id);
    for (const message of read) this.assign(this.#labelled(message));
    for (const told of meanwhile.allSince(moment)) {
      if (told.contact_id === this.contact_id) this.assign(told);
    }
  }

  /** The server has no such conversation, or no longer. */
  nothing(): void {
    this.replace([], new Meanwhile(), 0);
    this.#loaded.value = true;
    this.#start.value = true;
  }

  /** Read again from the newest page: these pages, and of what is held only what was told since. */
  replace(pages: readonly MessagePage[], meanwhile: Meanwhile<Message>, moment: number): void {
    this.#beginning += 1;
    this.#byId = new Map();
    this.#draft = [];
    this.#edges = [];
    this.#loaded.value = false;
    this.stale = false;
    for (const page of pages) this.land(page, meanwhile, moment);
  }

  /** Keep at most this many of the newest, by letting whole pages go: they can be read again. False if that fails. */
  trim(length_max: number): boolean {
    if (this.#byId.size <= length_max) return true;
    const rows = this.#edit();
    const fits = (edge: Edge) =>
      edge.place !== null && rows.length - placeIn(rows, edge.place, compareMessages) <= length_max;
    const last = this.#edges.findLastIndex(fits);
    const edge = this.#edges[last];
    if (edge?.place == null || edge.next === null) return false;
    for (const gone of rows.splice(0, placeIn(rows, edge.place, compareMessages))) this.#byId.delete(gone.id);
    this.#edges = this.#edges.slice(0, last + 1);
    this.#start.value = false;
    return true;
  }

  /** About as many of the newest, cut where a page ended so that one can go on from there. */
  tail(length_max: number): { rows: readonly Message[]; edges: readonly Edge[]; start: boolean } {
    const rows = this.#rows.peek();
    const places = this.#edges.map((edge) => (edge.place === null ? 0 : placeIn(rows, edge.place, compareMessages)));
    const fitting = places.findLastIndex((place) => rows.length - place <= length_max);
    const last = Math.max(0, fitting); // a longer first page is kept whole
    const start = this.#start.peek() && last >= this.#edges.length - 1;
    return start && rows.length <= length_max
      ? { rows, edges: this.#edges, start }
      : { rows: rows.slice(places[last]), edges: this.#edges.slice(0, last + 1), start: false };
  }

  /** The contact goes on under another id. */
  relabel(contact_id: string): void {
    this.contact_id = contact_id;
    const rows = this.#edit();
    for (const [place, row] of rows.entries()) {
      const message = this.#labelled(row);
      rows[place] = message;
      this.#byId.set(message.id, message);
    }
  }

  /** Start from what a cache kept. */
  restore(rows: readonly Message[], edges: readonly Edge[], start: boolean): void {
    this.#draft = [...rows];
    this.#byId = new Map(rows.map((row) => [row.id, row]));
    this.#edges = [...edges];
    this.#loaded.value = true;
    this.#start.value = start;
  }

  /** Show what was done since the last time. */
  publish(): boolean {
    if (this.#draft === null) return false;
    this.#rows.value = this.#draft;
    this.#draft = null;
    return true;
  }

  #edit(): Message[] {
    this.#draft ??= [...this.#rows.peek()];
    return this.#draft;
  }

  #reaches(message: Message): boolean {
    const edge = this.#edges.at(-1);
    return this.#start.peek() || edge?.place == null || compareMessages(message, edge.place) >= 0;
  }

  #labelled(message: Message): Message {
    const by = this.contact_id;
    const isOld = (each: { by: string }) => each.by !== "business" && each.by !== by;
    if (message.contact_id === by && !message.reactions?.some(isOld)) return message;
    const reactions = message.reactions?.map((each) => (isOld(each) ? { ...each, by } : each));
    return { ...message, contact_id: by, ...(reactions ? { reactions } : {}) };
  }
}

function rank(message: Message): number {
  return message.status === undefined ? -1 : ORDER.indexOf(message.status);
}
