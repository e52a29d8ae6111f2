/** The orders that the contract knows: how a conversation reads, how it arrived, and how the list stands. */
import type { Conversation, Message } from "./chat";

type Placed = Pick<Message, "id" | "sent_at" | "received_at" | "position">;
type Active = Pick<Conversation, "contact_id" | "last_activity_at">;

/** By (sent_at, received_at, position in the webhook's body, id), oldest first. */
export function compareMessages(a: Placed, b: Placed): number {
  // Times are UTC with milliseconds, always as long: they sort as strings, which is ten times faster than parsing.
  return (
    compareText(a.sent_at, b.sent_at) ||
    compareText(a.received_at, b.received_at) ||
    (a.position ?? 0) - (b.position ?? 0) ||
    compareText(a.id, b.id)
  );
}

/** As they arrived, oldest first: what unread counts by. A message that Meta delivers late arrives last, and reads early. */
export function compareArrivals(a: Placed, b: Placed): number {
  return compareText(a.received_at, b.received_at) || (a.position ?? 0) - (b.position ?? 0) || compareText(a.id, b.id);
}

/** Newest activity first; the contact's id makes the order of equals the same everywhere. */
export function compareConversations(a: Active, b: Active): number {
  return compareText(b.last_activity_at, a.last_activity_at) || compareText(a.contact_id, b.contact_id);
}

/** By code units, as servers sort ids; a locale's order would differ from machine to machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where it stands among sorted rows, or would. */
export function placeIn<P, R extends P>(rows: readonly R[], sought: P, compare: (row: R, sought: P) => number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle] as R, sought) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
