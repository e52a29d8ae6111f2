/** The number that is open: its conversations, followed as well as the line allows. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "./api";
import { type Cache, openCache } from "./cache";
import type { Conversation, InboxNumber, Message, Snapshot } from "./chat";
import { ChatState } from "./chatstate";
import { reacted } from "./display";
import { Drafts } from "./drafts";
import type { Environment } from "./environment";
import { eraseContact, type Receipt, seek } from "./erasure";
import { type Condition, Following } from "./following";
import { type Found, Listing } from "./listing";
import type { Outbox } from "./outbox";
import type { Entry } from "./pending";
import { Saving } from "./saving";
import type { ServerTime } from "./servertime";
import { type Room, Thread } from "./thread";

export type { Condition } from "./following";
export type { Found } from "./listing";

/** Under this key the conversation that is open is kept. */
export const openKey = (number_id: string): string => `open ${number_id}`;

/** What a number needs of the inbox around it. */
export interface Surroundings {
  environment: Environment;
  api: Api;
  time: ServerTime;
  outbox: Outbox;
  workspace_id: string;
  agent(): { id: string; name: string } | undefined;
  /** The line does not take our token: 4401, or 4403. */
  refused(code: number): void;
  /** The server no longer has this number; `erased` when it told so, and nothing is left here. */
  gone(erased?: boolean): void;
}

export class OpenNumber {
  readonly id: string;
  readonly #around: Surroundings;
  readonly #state: ChatState;
  readonly #following: Following;
  readonly #drafts: Drafts;
  readonly #cache: Cache;
  readonly #listing: Listing;
  readonly #room: Room;
  readonly #opened = signal<Thread | null>(null);
  readonly #refreshed_at = signal<number | null>(null);
  readonly #stops: (() => void)[] = [];
  #saving: Saving | null = null;
  #cursor: string | null = null;

  constructor(number: InboxNumber, around: Surroundings) {
    const { environment, api, outbox, workspace_id } = around;
    this.id = number.id;
    this.#around = around;
    this.#state = new ChatState(number, {
      told: (messages) => this.#told(messages),
      relabelled: (from, to) => this.#relabelled(from, to),
      erased: (contact_ids) => this.#erased(contact_ids),
      gone: () => void this.#allErased(),
    });
    this.#following = new Following(this.id, environment, api, {
      apply: (changes) => this.#state.apply(changes),
      restart: (snapshot) => this.#restart(snapshot),
      reached: (again) => this.#reached(again),
      refused: (code) => around.refused(code),
      gone: () => around.gone(),
    });
    this.#drafts = new Drafts(environment.keep, environment.clock, workspace_id, this.id);
    this.#cache = openCache(environment.databases, environment.clock, workspace_id, this.id);
    this.#listing = new Listing(this.id, api, environment.clock, this.#state);
    const settled = computed(() => this.condition.value !== "catching_up");
    this.#room = {
      number_id: this.id,
      environment,
      api,
      state: this.#state,
      outbox,
      drafts: this.#drafts,
      dismissed: signal<ReadonlySet<string>>(new Set()),
      agent: () => around.agent(),
      settled,
      expectNews: () => this.#following.expectNews(),
    };
    this.#stops.push(
      effect(() => {
        if (settled.value) void this.#opened.peek()?.load();
      }),
      // Whoever reloads in the middle of a word finds it again.
      effect(() => {
        if (!environment.visible.value) void this.#drafts.flush();
      }),
    );
  }

  get number(): ReadonlySignal<InboxNumber> {
    return this.#state.number;
  }

  get condition(): ReadonlySignal<Condition> {
    return this.#following.condition;
  }

  /** Server's milliseconds when it was last heard of; null before. */
  get refreshed_at(): ReadonlySignal<number | null> {
    return this.#refreshed_at;
  }

  /** Newest activity first: all that are loaded. */
  get rows(): ReadonlySignal<readonly Conversation[]> {
    return this.#state.conversations.rows;
  }

  /** Whether the server has no older ones. */
  get complete(): ReadonlySignal<boolean> {
    return this.#state.conversations.complete;
  }

  /** Conversations with something unread, among those that are loaded. */
  get unread(): ReadonlySignal<number> {
    return this.#state.conversations.unread;
  }

  get opened(): ReadonlySignal<Thread | null> {
    return this.#opened;
  }

  /** What an earlier visit left, and the conversation that was open then. */
  async restore(): Promise<void> {
    const { environment } = this.#around;
    const [cached, open] = await Promise.all([
      this.#cache.load(),
      environment.keep.get(openKey(this.id)).catch(() => null),
    ]);
    if (cached !== null) this.#state.restore(cached);
    this.#cursor = cached?.cursor ?? null;
    if (typeof open === "string") this.openThread(open);
  }

  /** Follow from there on; with the secret of an API token, live. */
  start(secret: string | null): void {
    this.#saving = new Saving(this.#state, () => this.#following.cursor, this.#cache, this.#around.environment);
    this.#following.start(this.#cursor, secret);
  }

  /** The number as another answer showed it. */
  assign(number: InboxNumber): void {
    if (number.state === "connected" && this.number.peek().state !== "connected") this.#following.expectNews();
    this.#state.assignNumber(number);
  }

  /** The next page of the list; never rejects. */
  more(): Promise<void> {
    return this.#listing.more();
  }

  /** Ask now; rejects with Problem or Unreachable. */
  refresh(): Promise<void> {
    return this.#following.refresh();
  }

  /** Names, phones and usernames, at the server: also of conversations that are not loaded. */
  search(q: string, next?: string): Promise<Found> {
    return this.#listing.search(q, next);
  }

  /** Who was erased meanwhile: nothing that was found before may show them. */
  get erased(): ReadonlySignal<ReadonlySet<string>> {
    return this.#listing.erased;
  }

  openThread(contact_id: string): Thread {
    const id = this.#state.resolve(contact_id);
    const open = this.#opened.peek();
    if (open?.contact_id.peek() === id) return open;
    const thread = new Thread(id, this.#room);
    this.#opened.value = thread;
    void thread.load();
    void this.#around.environment.keep.set(openKey(this.id), id).catch(() => {});
    return thread;
  }

  closeThread(): void {
    this.#opened.value = null;
    void this.#around.environment.keep.remove(openKey(this.id)).catch(() => {});
  }

  /** Erase a customer at the server, and here at once. */
  async erase(contact_id: string): Promise<Receipt> {
    const receipt = await eraseContact(this.#around.api, this.id, contact_id);
    this.#state.erase(this.#state.resolve(contact_id));
    this.#following.expectNews();
    return receipt;
  }

  goLive(secret: string): void {
    this.#following.goLive(secret);
  }

  goPull(): void {
    this.#following.goPull();
  }

  /** Ask the server to take something that was said here; it is shown from then on. */
  async post(entry: Entry, post: () => Promise<Message>): Promise<Message> {
    const message = await this.#state.ask(post, (taken, landing) => {
      const { content } = entry;
      const target = content.type === "reaction" ? this.#state.message(content.reaction.message_id) : undefined;
      if (target !== undefined) this.#state.landMessage(reacted(target, entry), landing);
      else if (content.type !== "reaction") this.#state.landMessage(taken, landing);
    });
    this.#following.expectNews();
    return message;
  }

  /** Stop, keeping what is held for the next visit. */
  async close(): Promise<void> {
    this.#stop();
    await Promise.all([this.#saving?.flush(), this.#drafts.flush()]);
    this.#drafts.close();
    this.#cache.close();
  }

  /** Stop, and leave nothing behind. */
  async wipe(): Promise<void> {
    this.#stop();
    const { keep } = this.#around.environment;
    await Promise.all([this.#cache.wipe(), this.#drafts.wipe(), keep.remove(openKey(this.id)).catch(() => {})]);
  }

  #stop(): void {
    this.#following.close();
    this.#saving?.close();
    for (const stop of this.#stops) stop();
  }

  async #restart(snapshot: Snapshot): Promise<void> {
    const { rows, edges, complete } = await this.#listing.anew(snapshot);
    this.#state.assignNumber(snapshot.number);
    const open = this.#opened.peek()?.contact_id.peek() ?? null;
    this.#state.restart(() => this.#state.conversations.replace(rows, edges, complete), open);
    // The stretch that was lost would have told who goes on under another id.
    for (const { aliases, contact_id } of rows) for (const from of aliases) this.#relabelled(from, contact_id);
    await this.#doubt();
  }

  /** It would have told who was erased, too: of whomever is still spoken to here, and not in the list, it is asked. */
  async #doubt(): Promise<void> {
    const { api, outbox } = this.#around;
    const open = this.#opened.peek()?.contact_id.peek();
    const waiting = outbox.entries.peek().filter(({ number_id }) => number_id === this.id);
    const named = [...(await this.#drafts.contacts()), ...waiting.map(({ contact_id }) => contact_id), open];
    for (const contact_id of new Set(named)) {
      if (contact_id === undefined || this.#state.find(contact_id) !== null) continue;
      const goes_on_as = await seek(api, this.id, contact_id);
      if (goes_on_as === null) this.#state.erase(contact_id);
      else if (goes_on_as !== contact_id) this.#relabelled(contact_id, goes_on_as);
    }
  }

  #reached(again: boolean): void {
    this.#refreshed_at.value = this.#around.time.now();
    this.#listing.resume();
    if (again) this.#around.outbox.wake();
    this.#opened.peek()?.reached();
  }

  #told(messages: readonly Message[]): void {
    const { outbox } = this.#around;
    if (outbox.entries.peek().length === 0) return;
    for (const message of messages) if (message.direction === "outbound") outbox.settle(message.id);
  }

  /** Nothing of a customer stays in this browser, on no shelf and in no field. */
  #erased(contact_ids: readonly string[]): void {
    const open = this.#opened.peek()?.contact_id.peek();
    if (open !== undefined && contact_ids.includes(open)) this.closeThread();
    this.#listing.erase(contact_ids);
    for (const contact_id of contact_ids) void this.#drafts.forget(contact_id);
    void this.#around.outbox.forget(this.id, contact_ids);
    queueMicrotask(() => void this.#saving?.flush()); // when all that was told with it is applied
  }

  async #allErased(): Promise<void> {
    await Promise.all([this.wipe(), this.#around.outbox.forget(this.id)]);
    this.#around.gone(true);
  }

  #relabelled(from: string, to: string): void {
    this.#around.outbox.relabel(this.id, from, to);
    this.#drafts.relabel(from, to);
    const open = this.#opened.peek();
    if (open?.contact_id.peek() !== from) return;
    open.relabelled(from, to);
    void this.#around.environment.keep.set(openKey(this.id), to).catch(() => {});
  }
}
