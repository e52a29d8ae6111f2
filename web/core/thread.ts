/** One open conversation: its messages, what pends, and what may be done with it. */
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Api, Problem } from "./api";
import { Asking, expected } from "./asking";
import type { Conversation, Message, Shown } from "./chat";
import type { ChatState } from "./chatstate";
import { newestFailure, withPending } from "./display";
import type { Drafts } from "./drafts";
import type { Environment } from "./environment";
import type { History } from "./history";
import { compareArrivals } from "./order";
import type { Outbox } from "./outbox";
import type { Entry, OutboundContent } from "./pending";
import { read, readAgain, readEarlier } from "./reading";
import { sendable } from "./textlength";

/** Scrolling up ends here for one visit: memory is bounded even for whoever reads years. */
const READ_MAX = 20_000;

/** What the conversations of one number share. */
export interface Room {
  number_id: string;
  environment: Environment;
  api: Api;
  state: ChatState;
  outbox: Outbox;
  drafts: Drafts;
  /** Failures that somebody has seen and put away. */
  dismissed: Signal<ReadonlySet<string>>;
  agent(): { id: string; name: string } | undefined;
  /** Whether what is held is as new as it gets now. */
  settled: ReadonlySignal<boolean>;
  /** Something was asked for whose outcome is told soon. */
  expectNews(): void;
}

export class Thread {
  readonly #room: Room;
  readonly #contact_id: Signal<string>;
  readonly #history: Signal<History>;
  readonly #asking: Asking;
  readonly #unreadFrom = signal<string | null>(null);
  readonly #draft: Signal<Signal<string>>;
  readonly #conversation: ReadonlySignal<Conversation | null>;
  readonly #messages: ReadonlySignal<readonly Shown[]>;
  readonly #failure: ReadonlySignal<Shown | null>;
  /** By failed message, the one that says it again. */
  readonly #said_again = new Map<string, string>();
  #separated = false;
  #marking: string | null = null;
  #marked_up_to: string | null = null;
  #mark_wanted = false;

  constructor(contact_id: string, room: Room) {
    const { state, outbox } = room;
    this.#room = room;
    this.#asking = new Asking(room.environment.clock);
    this.#contact_id = signal(contact_id);
    this.#history = signal(state.hold(contact_id, contact_id));
    this.#draft = signal(room.drafts.of(contact_id));
    this.#conversation = computed(() => {
      void state.version.value;
      return state.find(this.#contact_id.value);
    });
    this.#messages = computed(() => {
      const history = this.#history.value;
      const rows = history.loaded.value ? history.rows.value : [];
      const mine = { number_id: room.number_id, contact_id: this.#contact_id.value };
      return withPending(rows, outbox.entries.value, outbox.sending.value, mine, room.agent());
    });
    this.#failure = computed(() => newestFailure(this.#messages.value, room.dismissed.value));
  }

  /** May change while open: a contact whose identity changes goes on under another id. */
  get contact_id(): ReadonlySignal<string> {
    return this.#contact_id;
  }

  get conversation(): ReadonlySignal<Conversation | null> {
    return this.#conversation;
  }

  /** Oldest first: the server's, then what pends here. */
  get messages(): ReadonlySignal<readonly Shown[]> {
    return this.#messages;
  }

  /** Whether the server has nothing older. */
  get atStart(): ReadonlySignal<boolean> {
    return this.#history.value.start;
  }

  get loading(): ReadonlySignal<boolean> {
    return this.#asking.busy;
  }

  /** The first unread message at the moment of opening. */
  get unreadFrom(): ReadonlySignal<string | null> {
    return this.#unreadFrom;
  }

  /** What is being typed; it outlives a reload. */
  get draft(): Signal<string> {
    return this.#draft.value;
  }

  /** The newest outbound message that failed or may have, until something newer went well or it was dismissed. */
  get failure(): ReadonlySignal<Shown | null> {
    return this.#failure;
  }

  /** The next older page; never rejects, and asks no more often than makes sense. */
  earlier(): Promise<void> {
    const history = this.#history.peek();
    if (!history.loaded.peek() || history.stale) return this.load();
    if (history.start.peek() || history.size >= READ_MAX) return Promise.resolve();
    history.pinned = true;
    return this.#asking.ask(() => readEarlier(this.#room, history));
  }

  /** Read what is not there yet, or may have gaps. Never rejects. */
  load(): Promise<void> {
    const history = this.#history.peek();
    this.#separate();
    if (history.loaded.peek() && !history.stale && this.#conversation.peek() !== null) return Promise.resolve();
    const asked = this.#asking.ask(async () => {
      const contact_id = await read(this.#room, history);
      if (contact_id !== history.contact_id) this.#goOn(history.contact_id, contact_id);
      const actual = this.#history.peek();
      if (!actual.loaded.peek() || actual.stale) await readAgain(this.#room, actual);
    });
    return asked.then(() => this.#separate());
  }

  /** The server was heard: what waited for it is tried again. */
  reached(): void {
    this.#asking.resume();
    void this.load();
    // A wish from before is not for what comes while nobody looks.
    if (this.#mark_wanted && this.#room.environment.visible.peek()) this.markRead();
  }

  /** The contact goes on under another id. */
  relabelled(from: string, to: string): void {
    if (this.#contact_id.peek() !== from) return;
    batch(() => {
      this.#contact_id.value = to;
      this.#history.value = this.#room.state.hold(to, to);
      this.#draft.value = this.#room.drafts.of(to);
    });
  }

  /** The server has told of another id where the feed has not: whatever is here goes along. */
  #goOn(from: string, to: string): void {
    this.#room.outbox.relabel(this.#room.number_id, from, to);
    this.#room.drafts.relabel(from, to);
    this.relabelled(from, to);
  }

  send(body: string, reply_to?: string): void {
    const text = sendable(body);
    if (text === "") return;
    if (this.#say({ type: "text", text: { body: text } }, reply_to) !== null) this.draft.value = "";
  }

  /** An empty emoji takes it back. */
  react(message_id: string, emoji: string): void {
    this.#say({ type: "reaction", reaction: { message_id, emoji } });
  }

  /** The same words as a new message. */
  sendAgain(message_id: string): void {
    const said = this.#messages.peek().find(({ id }) => id === message_id);
    if (said === undefined || this.#isSaidAgain(message_id)) return;
    if (said.pending?.state === "refused") {
      this.#room.outbox.sendAgain(message_id);
    } else if (said.direction === "outbound" && said.content.type === "text") {
      const { body } = said.content.text as { body: string };
      const entry = this.#say({ type: "text", text: { body } }, said.context?.message_id);
      if (entry === null) return;
      this.#said_again.set(message_id, entry.id);
    }
    this.#dismiss(message_id);
  }

  /** A double click, or a key held down, is one wish; where what was said again failed in its turn, it is a new one. */
  #isSaidAgain(message_id: string): boolean {
    const again = this.#said_again.get(message_id);
    return this.#messages.peek().some(({ id, status }) => id === again && status !== "failed");
  }

  /** A refused one that never left. */
  discard(message_id: string): void {
    this.#room.outbox.discard(message_id);
  }

  dismissFailure(): void {
    const failed = this.#failure.peek();
    if (failed !== null) this.#dismiss(failed.id);
  }

  /** Up to the newest message of the contact, when anything is unread; asked for as often as one likes. */
  markRead(): void {
    const conversation = this.#conversation.peek();
    const history = this.#history.peek();
    history.pinned = false;
    if (conversation === null || conversation.unread === 0 || !history.loaded.peek()) return;
    const rows = history.rows.peek();
    const newest = latest(rows.filter(({ direction }) => direction === "inbound")) ?? rows.at(-1);
    this.#mark_wanted = newest === undefined || newest.id !== this.#marking;
    if (newest === undefined || this.#marking !== null) return;
    // Without a line the conversation stays unread here for a moment after the server was told.
    if (newest.id === this.#marked_up_to && !conversation.marked_unread) {
      this.#mark_wanted = false; // or what comes next would be marked without being seen
      return;
    }
    this.#marking = newest.id;
    this.#mark_wanted = false;
    void this.#mark(newest.id).finally(() => {
      this.#marking = null;
    });
  }

  async markUnread(): Promise<void> {
    this.#marked_up_to = null;
    this.#mark_wanted = false;
    await this.#room.api.delete("/v1/numbers/{number_id}/conversations/{contact_id}/read", { path: this.#path() });
    this.#room.expectNews();
  }

  async #mark(up_to: string): Promise<void> {
    try {
      const path = this.#path();
      await this.#room.api.post("/v1/numbers/{number_id}/conversations/{contact_id}/read", { path, body: { up_to } });
      this.#marked_up_to = up_to;
      this.#room.expectNews();
    } catch (failure) {
      expected(failure);
      this.#mark_wanted = !(failure instanceof Problem) || failure.isPassing;
    }
  }

  #path(): { number_id: string; contact_id: string } {
    return { number_id: this.#room.number_id, contact_id: this.#contact_id.peek() };
  }

  #say(content: OutboundContent, reply_to?: string): Entry | null {
    this.#history.peek().pinned = false;
    const context = reply_to === undefined ? {} : { context: { message_id: reply_to } };
    return this.#room.outbox.add({ ...this.#path(), content, ...context });
  }

  #dismiss(message_id: string): void {
    const { dismissed } = this.#room;
    dismissed.value = new Set([...dismissed.peek(), message_id]);
  }

  /** Once, when what is held is up to date: find where the unread messages begin. */
  #separate(): void {
    const history = this.#history.peek();
    const conversation = this.#conversation.peek();
    if (this.#separated || conversation === null || !history.loaded.peek() || !this.#room.settled.peek()) return;
    this.#separated = true;
    const { unread, marked_unread } = conversation;
    const counted = history.rows.peek().filter((message) => {
      return message.direction === "inbound" && message.content.type !== "system" && message.history !== true;
    });
    // Marked by hand counts as one, and no message stands for it.
    if (unread > (marked_unread ? 1 : 0)) this.#unreadFrom.value = counted.at(-unread)?.id ?? counted[0]?.id ?? null;
  }
}

/** What arrived last, wherever it stands. */
function latest(rows: readonly Message[]): Message | undefined {
  return rows.reduce<Message | undefined>(
    (last, row) => (last && compareArrivals(last, row) > 0 ? last : row),
    undefined,
  );
}
