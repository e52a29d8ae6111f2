/** What is on its way to the server: kept until it is there, in order per conversation, never said twice. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Message } from "./chat";
import type { Clock } from "./environment";
import { OutboxEntries } from "./outboxentries";
import { OutboxShelf } from "./outboxshelf";
import type { Entry, OutboundContent } from "./pending";
import { verdict } from "./verdict";

export interface OutboxNeeds {
  /** null where storage is denied. */
  databases: IDBFactory | null;
  workspace_id: string;
  clock: Clock;
  /** The server's time, and whether that is more than this machine's word. */
  time: { now(): number; readonly known: ReadonlySignal<boolean> };
  online: ReadonlySignal<boolean>;
  visible: ReadonlySignal<boolean>;
  newId(): string;
  /** POST it: the server's message, or Problem or Unreachable. */
  post(entry: Entry): Promise<Message>;
  /** The server has it: put `message` in the store (a reaction: on its target), before the entry goes. */
  accepted(message: Message, entry: Entry): void;
  /** Another tab has deleted everything of this workspace. */
  wiped?(): void;
  random?(): number;
}

export type Saying = Pick<Entry, "number_id" | "contact_id" | "content"> & { context?: { message_id: string } };

/** An offline day of a busy agent; beyond this a person is not waiting for a line but for help. */
export const WAITING_MAX = 500;
/** With refused ones, which stay until somebody has looked at them. */
export const ENTRIES_MAX = 1000;
/** The server knows a request again for 8 days; past 7 nothing goes out by itself. */
export const EXPIRES_MS = 7 * 24 * 3600 * 1000;
/** Conversations that send at once: more only crowd each other on the line. */
const IN_HAND_MAX = 4;

export class Outbox {
  readonly #needs: OutboxNeeds;
  readonly #shelf: OutboxShelf;
  readonly #kept: OutboxEntries;
  readonly #sending = signal<ReadonlySet<string>>(new Set());
  readonly #stops: (() => void)[];
  /** Steady milliseconds before which nothing is attempted: in one conversation, and in all of them. */
  readonly #lanes = new Map<string, { tries: number; due: number }>();
  #all = { tries: 0, due: 0, told: 0 };
  #forgetTimer: () => void = () => {};
  #reading: Promise<void> | null = null;
  #isEnded = false;

  constructor(needs: OutboxNeeds) {
    this.#needs = needs;
    this.#shelf = new OutboxShelf(needs.databases, needs.clock, needs.workspace_id, () => this.#wiped());
    this.#kept = new OutboxEntries(this.#shelf);
    this.#stops = [needs.online, needs.visible, needs.time.known].map((sign) =>
      effect(() => {
        if (sign.value) {
          this.wake();
        }
      }),
    );
    this.wake();
  }

  /** In the order in which they were said: waiting ones and refused ones. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#kept.all;
  }

  /** Ids of those that are on the line right now. */
  get sending(): ReadonlySignal<ReadonlySet<string>> {
    return this.#sending;
  }

  /** Whether what waits here survives a reload. */
  get durable(): ReadonlySignal<boolean> {
    return this.#kept.durable;
  }

  /** Say something. Null when nothing can be said: signed out, or so many that a refusal could not be shown. */
  add(saying: Saying): Entry | null {
    const all = this.#kept.all.peek();
    if (this.#isEnded || all.length >= ENTRIES_MAX) {
      return null;
    }
    const isFull = all.filter((entry) => !entry.refused).length >= WAITING_MAX;
    if (isFull && saying.content.type === "reaction") {
      return null;
    }
    const entry: Entry = {
      id: this.#needs.newId(),
      number_id: saying.number_id,
      contact_id: saying.contact_id,
      content: structuredClone<OutboundContent>(saying.content),
      ...(saying.context ? { context: { message_id: saying.context.message_id } } : {}),
      created_at: Math.max(this.#needs.time.now(), (all.at(-1)?.created_at ?? 0) + 1),
      ...(isFull ? { refused: { code: "outbox_full", title: "Too many messages are waiting" } } : {}),
    };
    this.#kept.add(entry);
    this.#pump();
    return entry;
  }

  /** A person has decided against one that is not on the line. */
  discard(id: string): void {
    if (!this.#sending.peek().has(id)) {
      this.settle(id);
    }
  }

  /** A person wants a refused one said after all: as a new message, at the end. */
  sendAgain(id: string): Entry | null {
    const refused = this.#kept.find(id);
    const renewed = refused?.refused ? this.add(refused) : null;
    if (renewed) {
      this.settle(id);
    }
    return renewed;
  }

  /** The server has shown a message of this id, however it heard of it. */
  settle(id: string): void {
    if (this.#kept.find(id)) {
      this.#kept.drop(id);
      this.#pump();
    }
  }

  /** A conversation goes on under another contact id. */
  relabel(number_id: string, contact_id: string, replaced_by: string): void {
    const old = this.#kept.all.peek().filter((each) => each.number_id === number_id && each.contact_id === contact_id);
    for (const entry of old) {
      this.#kept.change({ ...entry, contact_id: replaced_by });
    }
    if (old.length > 0) {
      this.#pump();
    }
  }

  /** Whoever it was said to is erased, or all of the number: it goes, whether it waits, is refused or on the line. */
  forget(number_id: string, contact_ids: readonly string[] | null = null): Promise<void> {
    const isTo = (id: string) => contact_ids === null || contact_ids.includes(id);
    return this.#kept.forget((entry) => entry.number_id === number_id && isTo(entry.contact_id));
  }

  /** The line is back, or somebody looks: try now, except where the server has told how long to wait. */
  wake(): void {
    if (this.#isEnded) {
      return;
    }
    this.#all = { ...this.#all, tries: 0, due: this.#all.told };
    this.#lanes.clear();
    this.#reading ??= this.#kept.read(this.#sending.peek()).finally(() => {
      this.#reading = null;
      this.#pump();
    });
  }

  /** Nothing is attempted any more; what is stored stays for the next opening. */
  close(): void {
    this.#end();
    void this.#shelf.close();
  }

  #pump(): void {
    this.#forgetTimer();
    if (this.#isEnded) {
      return;
    }
    const steady = this.#needs.clock.steady();
    let soonest = this.#all.due;
    if (this.#all.due <= steady) {
      soonest = Number.POSITIVE_INFINITY;
      for (const entry of this.#heads()) {
        const due = this.#lanes.get(laneOf(entry))?.due ?? 0;
        if (due > steady) {
          soonest = Math.min(soonest, due);
        } else if (this.#sending.peek().size < IN_HAND_MAX && !this.#isExpired(entry)) {
          void this.#attempt(entry);
        }
      }
    }
    if (Number.isFinite(soonest) && this.#kept.all.peek().some((entry) => !entry.refused)) {
      this.#forgetTimer = this.#needs.clock.after(soonest - steady, () => this.#pump());
    }
  }

  /** The first waiting one of each conversation that has none on the line. */
  #heads(): Entry[] {
    const heads = new Map<string, Entry>();
    for (const entry of this.#kept.all.peek()) {
      if (!entry.refused && !heads.has(laneOf(entry))) {
        heads.set(laneOf(entry), entry);
      }
    }
    return [...heads.values()].filter((entry) => !this.#sending.peek().has(entry.id));
  }

  /** Too old to go by itself: refused once the server's time is sure, held back until then. */
  #isExpired(entry: Entry): boolean {
    const { time } = this.#needs;
    if (time.now() - (entry.attempted_at ?? entry.created_at) <= EXPIRES_MS) {
      return false;
    }
    if (time.known.peek()) {
      const refused = entry.attempted_at
        ? { code: "expired", title: "Waited for a week, and may have been sent" }
        : { code: "waited_too_long", title: "Waited for a week without a line" };
      this.#refuse(entry, refused);
      queueMicrotask(() => this.#pump());
    }
    return true;
  }

  async #attempt({ id, ...first }: Entry): Promise<void> {
    const lane = laneOf(first);
    // Counted from how it stood at the start: several that fail together are one failure of the line.
    const tries = 1 + Math.max(this.#all.tries, this.#lanes.get(lane)?.tries ?? 0);
    this.#mark(id, true);
    try {
      const entry = await this.#kept.attempting(id, this.#needs.time.now());
      if (!entry || this.#isEnded) {
        return;
      }
      const message = await this.#needs.post(entry);
      this.#all = { tries: 0, due: 0, told: 0 };
      this.#lanes.delete(lane);
      // Where the feed was faster, it has told more than this answer knows.
      if (!this.#isEnded && this.#kept.find(id)) {
        this.#needs.accepted(message, entry);
        this.#kept.drop(id);
      }
    } catch (failure) {
      this.#failed(id, lane, tries, failure);
    } finally {
      this.#mark(id, false);
      this.#pump();
    }
  }

  #failed(id: string, lane: string, tries: number, failure: unknown): void {
    const entry = this.#kept.find(id);
    const next = verdict(failure, tries, (this.#needs.random ?? Math.random)());
    const due = this.#needs.clock.steady() + (next.kind === "wait" ? next.ms : 0);
    if (!entry || this.#isEnded) {
      return;
    }
    if (next.kind === "refused") {
      this.#lanes.delete(lane);
      this.#refuse(entry, { code: next.code, title: next.title });
    } else if (next.kind === "ended") {
      this.#end(); // whoever keeps the session wipes the workspace; until then nothing is lost
    } else if (next.whom === "all") {
      this.#all = { tries, due, told: next.isTold ? due : 0 };
    } else {
      this.#lanes.set(lane, { tries, due });
    }
  }

  /** A text stays where it was said, refused; a reaction only showed on its message, and is taken off it. */
  #refuse(entry: Entry, refused: { code: string; title: string }): void {
    if (entry.content.type === "reaction") {
      this.#kept.drop(entry.id);
    } else {
      this.#kept.change({ ...entry, refused });
    }
  }

  #wiped(): void {
    this.#kept.clear();
    this.close();
    this.#needs.wiped?.();
  }

  #end(): void {
    this.#isEnded = true;
    this.#forgetTimer();
    for (const stop of this.#stops) {
      stop();
    }
  }

  #mark(id: string, isSending: boolean): void {
    const sending = new Set(this.#sending.peek());
    sending[isSending ? "add" : "delete"](id);
    this.#sending.value = sending;
  }
}

function laneOf({ number_id, contact_id }: Pick<Entry, "number_id" | "contact_id">): string {
  return `${number_id} ${contact_id}`;
}
