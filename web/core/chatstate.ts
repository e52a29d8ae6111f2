/** What this browser holds of one number: applying a change is one assignment, and answers never undo a change. */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Cached } from "./cached";
import type { Change, Conversation, InboxNumber, Message, Removed } from "./chat";
import { Conversations } from "./conversations";
import { History } from "./history";
import { type Landing, Meanwhile } from "./meanwhile";

/** Conversations whose messages are held: those opened last. */
const HISTORIES_MAX = 20;
/** Messages of one conversation; beyond them the oldest pages are let go. */
export const MESSAGES_MAX = 2_000;

/** Who else has to know: what pends here, what was typed here, and who is open. */
export interface Witness {
  /** The server shows these. */
  told(messages: readonly Message[]): void;
  /** A contact goes on under another id. */
  relabelled(from: string, to: string): void;
  /** A customer is erased, under all of these ids. */
  erased(contact_ids: readonly string[]): void;
  /** The number is no longer this workspace's. */
  gone(): void;
}

export class ChatState {
  readonly conversations = new Conversations();
  readonly #number: Signal<InboxNumber>;
  readonly #version = signal(0);
  readonly #witness: Witness;
  /** Newest use last. */
  readonly #histories = new Map<string, History>();
  /** Conversations that were opened from below the end of the list. */
  readonly #aside = new Map<string, Conversation>();
  readonly #messages_meanwhile = new Meanwhile<Message>();
  readonly #conversations_meanwhile = new Meanwhile<Conversation>();
  #beginning = 0;
  #told: Message[] = [];
  #touched = new Set<string>();

  constructor(number: InboxNumber, witness: Witness) {
    this.#number = signal(number);
    this.#witness = witness;
  }

  get number(): ReadonlySignal<InboxNumber> {
    return this.#number;
  }

  /** Grows with everything that is shown. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  get histories(): Iterable<History> {
    return this.#histories.values();
  }

  /** Contact ids whose messages changed since this was last asked. */
  takeTouched(): Set<string> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  find(contact_id: string): Conversation | null {
    return this.conversations.find(contact_id) ?? this.#aside.get(contact_id) ?? null;
  }

  /** The id under which a contact is held, for any id it ever had. */
  resolve(contact_id: string): string {
    if (this.find(contact_id) !== null) return contact_id;
    const known = (row: Conversation) => row.aliases.includes(contact_id);
    return this.conversations.rows.peek().find(known)?.contact_id ?? contact_id;
  }

  /** Begin with what a cache kept. */
  restore({ number, conversations, edges, complete, aside, threads }: Cached): void {
    this.edit(() => {
      this.#number.value = number;
      this.conversations.replace(conversations, edges, complete);
      for (const each of aside) this.#aside.set(each.contact_id, each);
      for (const { contact_id, messages, edges, start, stale } of threads) {
        if (this.#histories.has(contact_id)) continue;
        const history = new History(contact_id);
        history.restore(messages, edges, start);
        history.stale = stale;
        this.#histories.set(contact_id, history);
      }
    });
  }

  /** Do several things that are shown at once. */
  edit(act: () => void): void {
    batch(() => {
      act();
      this.#publish();
    });
  }

  apply(changes: readonly Change[]): void {
    this.edit(() => {
      for (const change of changes) this.#apply(change);
    });
  }

  assignNumber(number: InboxNumber): void {
    this.#number.value = number;
  }

  /** The messages of a contact, held from now on; those that were not looked at for longest are let go. */
  hold(contact_id: string, open: string | null): History {
    const history = this.#histories.get(contact_id) ?? new History(contact_id);
    this.#histories.delete(contact_id);
    this.#histories.set(contact_id, history);
    for (const [id] of this.#histories) {
      if (this.#histories.size <= HISTORIES_MAX) break;
      if (id !== contact_id && id !== open) this.letGo(id);
    }
    return history;
  }

  letGo(contact_id: string): void {
    this.#histories.delete(contact_id);
    this.#aside.delete(contact_id);
    this.#touched.add(contact_id);
  }

  /**
   * Ask for something; `land` is called with what came and the moment of asking, within one edit.
   *
   * Not when everything began anew in between: what was missed before that may be missing in the answer, too.
   */
  async ask<T>(question: () => Promise<T>, land: (answer: T, meanwhile: Landing) => void): Promise<T> {
    const messages = { meanwhile: this.#messages_meanwhile, moment: this.#messages_meanwhile.begin() };
    const conversations = { meanwhile: this.#conversations_meanwhile, moment: this.#conversations_meanwhile.begin() };
    const beginning = this.#beginning;
    try {
      const answer = await question();
      if (beginning === this.#beginning) this.edit(() => land(answer, { messages, conversations }));
      return answer;
    } finally {
      this.#messages_meanwhile.end();
      this.#conversations_meanwhile.end();
    }
  }

  /** A conversation that was asked for by itself. */
  landConversation(read: Conversation, { conversations: { meanwhile, moment } }: Landing): void {
    const told = meanwhile.since(moment, read.contact_id);
    if (told !== undefined) return;
    if (this.conversations.find(read.contact_id)) this.conversations.assign(read);
    else this.#aside.set(read.contact_id, read);
  }

  /** A message as the server has just taken it from here, or as it stands with our reaction: shown before the feed tells. */
  landMessage(message: Message, { messages, conversations }: Landing): void {
    const isGone = conversations.meanwhile.since(conversations.moment, message.contact_id) === null;
    if (!isGone && messages.meanwhile.since(messages.moment, message.id) === undefined) this.#assignMessage(message);
  }

  /** A message, where it is held. */
  message(id: string): Message | undefined {
    for (const history of this.#histories.values()) {
      const held = history.find(id);
      if (held !== undefined) return held;
    }
    return undefined;
  }

  /** Messages that a page brought. */
  landed(history: History, messages: readonly Message[]): void {
    this.#told.push(...messages);
    this.#touched.add(history.contact_id);
  }

  /**
   * What was held may have missed something: conversations anew, messages to be read again.
   *
   * Messages of a conversation that is not among them go: it may have been erased meanwhile, or is read when it is
   * opened; the one that is `open` is asked for anyway.
   */
  restart(conversations: () => void, open: string | null = null): void {
    this.#beginning += 1;
    this.edit(() => {
      this.#aside.clear();
      conversations();
      for (const [id, history] of this.#histories) {
        if (id === open || this.find(id) !== null) history.doubt();
        else this.letGo(id);
      }
    });
  }

  /** A customer is erased: nothing of the conversation stays. */
  erase(contact_id: string): void {
    this.edit(() => this.#remove({ of: "conversation", number_id: this.#number.peek().id, contact_id }));
  }

  #apply(change: Change): void {
    switch (change.kind) {
      case "message":
        this.#messages_meanwhile.tell(change.value.id, change.value);
        this.#assignMessage(change.value);
        break;
      case "conversation":
        this.#conversations_meanwhile.tell(change.value.contact_id, change.value);
        this.#assignConversation(change.value);
        break;
      case "number":
        this.#number.value = change.value;
        break;
      case "removed":
        this.#remove(change.value);
    }
  }

  #assignMessage(message: Message): void {
    this.#told.push(message);
    const own = this.#histories.get(message.contact_id);
    for (const history of this.#histories.values()) {
      // A message of a contact that is about to be relabelled names the new id already.
      if (history === own || (own === undefined && history.find(message.id))) history.assign(message);
      else if (!history.remove(message.id)) continue;
      this.#touched.add(history.contact_id);
    }
  }

  #assignConversation(conversation: Conversation): void {
    const { contact_id } = conversation;
    this.conversations.assign(conversation);
    if (this.conversations.find(contact_id)) this.#aside.delete(contact_id);
    else if (this.#histories.has(contact_id)) this.#aside.set(contact_id, conversation);
  }

  #remove(removed: Removed): void {
    const { of, contact_id, id, replaced_by } = removed;
    if (of === "number") this.#witness.gone();
    if (of === "message" && id !== undefined) {
      this.#messages_meanwhile.tell(id, null);
      for (const history of this.#histories.values()) {
        if (history.remove(id)) this.#touched.add(history.contact_id);
      }
    }
    if (of !== "conversation" || contact_id === undefined) return;
    this.#conversations_meanwhile.tell(contact_id, null);
    const names = [contact_id, ...(this.find(contact_id)?.aliases ?? [])];
    this.conversations.remove(contact_id);
    this.#aside.delete(contact_id);
    this.#touched.add(contact_id);
    if (replaced_by === undefined) this.#erase(names);
    else this.#relabel(contact_id, replaced_by);
  }

  #erase(contact_ids: readonly string[]): void {
    for (const contact_id of contact_ids) {
      const history = this.#histories.get(contact_id);
      history?.nothing(); // for whoever has it open
      history?.publish();
      this.letGo(contact_id);
    }
    this.#witness.erased(contact_ids);
  }

  #relabel(from: string, to: string): void {
    this.#messages_meanwhile.amend((told) => (told.contact_id === from ? { ...told, contact_id: to } : told));
    const [old, other] = [this.#histories.get(from), this.#histories.get(to)];
    // Two conversations may have become one, and what the other one said is not told again: it has to be read.
    other?.doubt();
    if (old !== undefined) {
      this.letGo(from);
      if (other === undefined) {
        old.relabel(to);
        old.doubt();
        this.#histories.set(to, old);
        const conversation = this.find(to);
        if (conversation !== null) this.#assignConversation(conversation);
      }
      this.#touched.add(to);
    }
    this.#witness.relabelled(from, to);
  }

  #publish(): void {
    this.conversations.publish();
    for (const history of this.#histories.values()) {
      // Where no page ends, so much came by changes: the newest page is a new beginning.
      if (!history.pinned && !history.stale && !history.trim(MESSAGES_MAX)) history.doubt();
      history.publish();
    }
    this.#version.value += 1;
    if (this.#told.length === 0) return;
    const told = this.#told;
    this.#told = [];
    this.#witness.told(told);
  }
}
