/** What the in-memory server knows of one number: its conversations as the real one keeps them, and their feed. */
import type { Change, Conversation, InboxNumber, Message, Removed } from "@core/chat";

const DAY_MS = 24 * 60 * 60 * 1000;
const ALONE = { set: true, fingerprint: "…0000" };

export const at = (ms: number): string => new Date(ms).toISOString();

export function aNumber(id: string, over: Partial<InboxNumber> = {}): InboxNumber {
  return {
    id,
    display_number: "+91 98765 43210",
    verified_name: "Corner Shop",
    state: "connected",
    enabled: true,
    send_read_receipts: false,
    last_webhook_at: null,
    token_checked_at: null,
    access_token: ALONE,
    app_secret: ALONE,
    verify_token: ALONE,
    unrecognised: 0,
    ...over,
  };
}

interface ThreadRow {
  id: string;
  contact_id: string;
  aliases: string[];
  contact: Conversation["contact"];
  rows: Row[];
  read_up_to: number;
  marked_unread: boolean;
  told: string;
}
interface Row {
  message: Message;
  arrival: number;
}
type Told = Change extends infer C ? (C extends Change ? Omit<C, "cursor"> : never) : never;
export interface Page<T> {
  rows: T[];
  next: string | null;
}

export class Books {
  number: InboxNumber;
  /** Older changes are forgotten: their cursors mean resync. */
  feed_length_max = 10_000;
  grown: () => void = () => {};
  readonly #threads: ThreadRow[] = [];
  #feed: Change[] = [];
  #start: string | null;
  #history = 1;
  #entry = 0;
  #named = 0;
  #arrived = 0;

  constructor(number: InboxNumber) {
    this.number = number;
    this.#start = this.#epoch();
  }

  get head(): string {
    return this.#feed.at(-1)?.cursor ?? (this.#start as string);
  }

  /** Changes after a cursor, or null for resync. */
  since(cursor: string, limit: number): Change[] | null {
    if (cursor === this.#start) return this.#feed.slice(0, limit);
    const place = this.#feed.findIndex((change) => change.cursor === cursor);
    return place < 0 ? null : this.#feed.slice(place + 1, place + 1 + limit);
  }

  /** The feed is lost, as when a store is restored from yesterday: every cursor means resync. */
  forgetFeed(): void {
    this.#history += 1;
    this.#feed = [];
    this.#start = this.#epoch();
  }

  conversations(before: string | null, limit: number, q = ""): Page<Conversation> {
    const order = (row: ThreadRow) => `${this.#show(row).last_activity_at}~${row.id}`;
    const found = this.#threads
      .filter((row) => row.rows.length > 0 && (before === null || order(row) < before))
      .filter((row) => matches(row.contact, q))
      .sort((a, b) => (order(a) < order(b) ? 1 : -1));
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { rows: rows.map((row) => this.#show(row)), next: found.length > limit && last ? order(last) : null };
  }

  conversation(contact_id: string): Conversation | null {
    const row = this.#find(contact_id);
    return row && row.rows.length > 0 ? this.#show(row) : null;
  }

  messages(contact_id: string, before: string | null, limit: number): Page<Message> | null {
    const thread = this.#find(contact_id);
    if (!thread) return null;
    const newest_first = [...thread.rows].reverse().filter((row) => before === null || order(row) < before);
    const rows = newest_first.slice(0, limit);
    const last = rows.at(-1);
    return {
      rows: rows.map((row) => shown(row, thread)),
      next: newest_first.length > limit && last ? order(last) : null,
    };
  }

  /** All there is, as it is now: what a browser that missed nothing shows. */
  get contact_ids(): string[] {
    return this.#threads.map(({ contact_id }) => contact_id);
  }

  message(id: string): Message | null {
    for (const thread of this.#threads) {
      const row = thread.rows.find(({ message }) => message.id === id || message.wamid === id);
      if (row) return shown(row, thread);
    }
    return null;
  }

  /** Put messages into a conversation, new or as they are now; `position` parts those of one webhook. */
  put(contact_id: string, messages: readonly Message[], contact: Conversation["contact"] = {}): void {
    const thread = this.#find(contact_id) ?? this.#begin(contact_id);
    Object.assign(thread.contact, contact);
    const ids = new Set(messages.map(({ id }) => id));
    messages.forEach((said, position) => {
      const held = thread.rows.find((row) => row.message.id === said.id);
      const message = position > 0 && !held ? { ...said, position } : said;
      if (held) held.message = message;
      else thread.rows.push({ message, arrival: ++this.#arrived });
    });
    thread.rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    const put = thread.rows.filter(({ message }) => ids.has(message.id));
    this.#tell(put.map((row) => ({ kind: "message", value: shown(row, thread) })));
    this.#tellConversation(thread);
  }

  /** Part of a message as it is from now on. */
  amend(id: string, over: Partial<Message>): void {
    const message = this.message(id);
    if (message) this.put(message.contact_id, [{ ...message, ...over }]);
  }

  take(id: string): void {
    for (const thread of this.#threads) {
      const gone = thread.rows.findIndex(({ message }) => message.id === id);
      if (gone < 0) continue;
      thread.rows.splice(gone, 1);
      this.#remove({ of: "message", contact_id: thread.contact_id, id });
      if (thread.rows.length > 0) this.#tellConversation(thread);
      else this.#remove({ of: "conversation", contact_id: thread.contact_id });
    }
  }

  erase(contact_id: string): void {
    const thread = this.#find(contact_id);
    if (!thread) return;
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    this.#remove({ of: "conversation", contact_id: thread.contact_id });
  }

  /** The number is nobody's any more. */
  end(): void {
    this.#remove({ of: "number" });
  }

  /** The contact goes on under another id; where that has a conversation, the two are one from now on. */
  relabel(from: string, to: string): void {
    const thread = this.#find(from);
    const other = this.#find(to);
    if (!thread || thread.contact_id === to) return;
    const old = [thread.contact_id, ...(other && other !== thread ? [other.contact_id] : [])];
    if (other && other !== thread) {
      thread.rows = [...thread.rows, ...other.rows].sort((a, b) => (order(a) < order(b) ? -1 : 1));
      thread.read_up_to = Math.max(thread.read_up_to, other.read_up_to);
      thread.aliases.push(...other.aliases);
      Object.assign(thread.contact, other.contact);
      this.#threads.splice(this.#threads.indexOf(other), 1);
    }
    thread.aliases = [...new Set([...thread.aliases, ...old])].filter((alias) => alias !== to).sort();
    thread.contact_id = to;
    this.#tellConversation(thread);
    for (const each of old) if (each !== to) this.#remove({ of: "conversation", contact_id: each, replaced_by: to });
  }

  read(contact_id: string, up_to: string): void {
    const thread = this.#find(contact_id);
    const row = thread?.rows.find(({ message }) => message.id === up_to);
    if (!thread || !row) return;
    thread.read_up_to = Math.max(thread.read_up_to, row.arrival);
    thread.marked_unread = false;
    this.#tellConversation(thread);
  }

  unread(contact_id: string): void {
    const thread = this.#find(contact_id);
    if (!thread) return;
    thread.marked_unread = true;
    this.#tellConversation(thread);
  }

  tellNumber(over: Partial<InboxNumber>): void {
    this.number = { ...this.number, ...over };
    this.#tell([{ kind: "number", value: this.number }]);
  }

  #find(contact_id: string): ThreadRow | undefined {
    return this.#threads.find((row) => row.contact_id === contact_id || row.aliases.includes(contact_id));
  }

  #begin(contact_id: string): ThreadRow {
    this.#named += 1;
    const id = String(this.#named).padStart(8, "0");
    const contact = /^\d+$/.test(contact_id) ? { phone: `+${contact_id}` } : {};
    const row = { id, contact_id, aliases: [], contact, rows: [], read_up_to: 0, marked_unread: false, told: "" };
    this.#threads.push(row);
    return row;
  }

  #show(thread: ThreadRow): Conversation {
    const last = thread.rows.at(-1) as Row;
    const inbound = thread.rows.filter(({ message }) => message.direction === "inbound");
    const unread = inbound.filter((row) => row.arrival > thread.read_up_to && !row.message.history).length;
    const said = inbound.at(-1)?.message.sent_at;
    const { id, direction, content, status } = last.message;
    const text = "text" in content ? ((content.text as { body: string }).body ?? "") : `[${content.type}]`;
    return {
      number_id: this.number.id,
      contact_id: thread.contact_id,
      aliases: thread.aliases,
      contact: { ...thread.contact },
      last_activity_at: last.message.sent_at,
      preview: { direction, text, type: content.type, message_id: id, ...(status ? { status } : {}) },
      unread: thread.marked_unread ? Math.max(unread, 1) : unread,
      marked_unread: thread.marked_unread,
      ...(said ? { last_inbound_at: said, window_expires_at: at(Date.parse(said) + DAY_MS) } : {}),
    };
  }

  #tellConversation(thread: ThreadRow): void {
    const value = this.#show(thread);
    const told = JSON.stringify(value);
    if (told === thread.told) return;
    thread.told = told;
    this.#tell([{ kind: "conversation", value }]);
  }

  #remove(removed: Omit<Removed, "number_id">): void {
    this.#tell([{ kind: "removed", value: { ...removed, number_id: this.number.id } }]);
  }

  #tell(changes: readonly Told[]): void {
    for (const change of structuredClone(changes) as Told[]) {
      this.#entry += 1;
      this.#feed.push({ cursor: `${this.#entry}-0.h${this.#history}`, ...change } as Change);
    }
    if (this.#feed.length > this.feed_length_max) {
      this.#feed.splice(0, this.#feed.length - this.feed_length_max);
      this.#start = null;
    }
    this.grown();
  }

  #epoch(): string {
    return `0-0.e${this.#history}`;
  }
}

function order({ message }: Row): string {
  const place = String(message.position ?? 0).padStart(5, "0");
  return `${message.sent_at}~${message.received_at}~${place}~${message.id}`.replaceAll(":", "_");
}

function shown({ message }: Row, thread: ThreadRow): Message {
  const ours = (by: string) => by !== "business";
  const reactions = message.reactions?.map((each) => (ours(each.by) ? { ...each, by: thread.contact_id } : each));
  return { ...message, contact_id: thread.contact_id, ...(reactions ? { reactions } : {}) };
}

function matches(contact: Conversation["contact"], q: string): boolean {
  const text = Object.values(contact).join("\n").toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
