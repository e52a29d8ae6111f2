/** Counts the conversations with something unread, and tells which of them are news. */
import type { Change, Conversation } from "@core/chat";
import * as v from "valibot";
import type { Place } from "../wire";

// A person reads the count as "many" long before; the oldest are forgotten first.
const UNREAD_MAX = 1_000;

// Meta delivers late now and then. What is older than this beside the newest we know is no news.
const LATE_MS_MAX = 3_600_000;

const KEPT = v.record(
  v.string(),
  v.object({ newest_ms: v.number(), unread: v.array(v.tuple([v.string(), v.number()])) }),
);

export type Kept = v.InferOutput<typeof KEPT>;

/** What changed by one step: conversations with a new message, and conversations that have been read. */
export interface Step {
  news: Conversation[];
  read: Place[];
}

interface Count {
  /** When the newest message that we know of came in; nothing is news before there is one. */
  newest_ms: number;
  /** Unread messages by contact; conversations without any are not in here. */
  unread: Map<string, number>;
}

export class Tally {
  private readonly numbers = new Map<string, Count>();

  static from(kept: unknown): Tally {
    const tally = new Tally();
    const read = v.safeParse(KEPT, kept);
    if (!read.success) return tally;
    for (const [id, { newest_ms, unread }] of Object.entries(read.output)) {
      tally.numbers.set(id, { newest_ms, unread: new Map(unread.slice(0, UNREAD_MAX)) });
    }
    return tally;
  }

  toJSON(): Kept {
    return Object.fromEntries(
      [...this.numbers].map(([id, { newest_ms, unread }]) => [id, { newest_ms, unread: [...unread] }]),
    );
  }

  /** Conversations with something unread, over all numbers. */
  get count(): number {
    return [...this.numbers.values()].reduce((sum, { unread }) => sum + unread.size, 0);
  }

  /** The newest conversations of a number, as a snapshot has them; what it does not name has been read or is old. */
  replace(number_id: string, conversations: readonly Conversation[]): Step {
    const before = this.numbers.get(number_id);
    const step: Step = { news: [], read: [] };
    const count: Count = { newest_ms: before?.newest_ms ?? 0, unread: new Map() };
    for (const value of conversations) {
      if (before && isNews(value, before)) step.news.push(value);
      count.newest_ms = Math.max(count.newest_ms, inbound(value));
      if (value.unread > 0 && count.unread.size < UNREAD_MAX) count.unread.set(value.contact_id, value.unread);
    }
    for (const contact_id of before?.unread.keys() ?? []) {
      if (!count.unread.has(contact_id)) step.read.push({ number_id, contact_id });
    }
    this.numbers.set(number_id, count);
    return step;
  }

  /** Only numbers of which there was a snapshot are counted. */
  apply(change: Change): Step {
    const step: Step = { news: [], read: [] };
    if (change.kind === "conversation") this.assign(change.value, step);
    if (change.kind === "removed") this.remove(change.value, step);
    return step;
  }

  /** Numbers that are not there any more. */
  keepOnly(number_ids: readonly string[]): Step {
    const step: Step = { news: [], read: [] };
    for (const id of [...this.numbers.keys()]) if (!number_ids.includes(id)) this.drop(id, step);
    return step;
  }

  private assign(value: Conversation, step: Step): void {
    const count = this.numbers.get(value.number_id);
    if (!count) return;
    if (isNews(value, count)) step.news.push(value);
    const names = [value.contact_id, ...value.aliases];
    const before = names.some((name) => count.unread.has(name));
    for (const name of names) count.unread.delete(name);
    if (value.unread > 0) count.unread.set(value.contact_id, value.unread);
    else if (before) step.read.push({ number_id: value.number_id, contact_id: value.contact_id });
    count.newest_ms = Math.max(count.newest_ms, inbound(value));
    const oldest = count.unread.keys().next();
    if (count.unread.size > UNREAD_MAX && !oldest.done) count.unread.delete(oldest.value);
  }

  private remove(value: Extract<Change, { kind: "removed" }>["value"], step: Step): void {
    if (value.of === "number") this.drop(value.number_id, step);
    if (value.of !== "conversation" || value.contact_id === undefined) return;
    this.numbers.get(value.number_id)?.unread.delete(value.contact_id);
    // Whether it was counted or not: of whoever was erased nothing stays on the desktop.
    step.read.push({ number_id: value.number_id, contact_id: value.contact_id });
  }

  private drop(number_id: string, step: Step): void {
    for (const contact_id of this.numbers.get(number_id)?.unread.keys() ?? [])
      step.read.push({ number_id, contact_id });
    this.numbers.delete(number_id);
  }
}

/** Whether a customer has written: not history, not our own words, not a mark that somebody set by hand. */
function isNews(value: Conversation, count: Count): boolean {
  const before = [value.contact_id, ...value.aliases].map((name) => count.unread.get(name) ?? 0);
  return (
    value.unread > Math.max(...before) &&
    !value.marked_unread &&
    value.preview?.direction === "inbound" &&
    inbound(value) > count.newest_ms - LATE_MS_MAX
  );
}

function inbound(value: Conversation): number {
  return value.last_inbound_at === undefined ? 0 : Date.parse(value.last_inbound_at);
}
