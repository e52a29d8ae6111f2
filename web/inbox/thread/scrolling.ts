/** What a new set of rows means for a list that is being read: what grew where, and how much of it is new. */
import type { Shown } from "@core/chat";
import type { Row } from "@core/grouping";

type Keyed = readonly Pick<Row, "key">[];

/** Whether rows came or went only at the start, so that the view is kept from the end; days may move with them. */
export function changedAtStart(before: Keyed, after: Keyed): boolean {
  const [shorter, longer] = before.length < after.length ? [before, after] : [after, before];
  const by = longer.length - shorter.length;
  if (by === 0 || shorter.length === 0) return false;
  // The first row is a day, which an earlier message of the same day takes along.
  const from = shorter.length > 1 ? 1 : 0;
  return shorter[from]?.key === longer[from + by]?.key && shorter.at(-1)?.key === longer.at(-1)?.key;
}

/** How many messages of the customer came after the one that was last at the end. */
export function arrivedAfter(messages: readonly Shown[], last_id: string | null): number {
  let count = 0;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (!message || message.id === last_id) break;
    if (message.direction === "inbound" && message.content.type !== "system") count++;
  }
  return count;
}

/** The message an arrow key leads to from here; null at the ends. */
export function neighbour(rows: readonly Row[], from: string | null, by: 1 | -1): string | null {
  const at = rows.findIndex((row) => row.key === from);
  for (let next = (at < 0 ? rows.length : at) + by; next >= 0 && next < rows.length; next += by) {
    const row = rows[next];
    if (row?.kind === "message") return row.key;
  }
  return null;
}
