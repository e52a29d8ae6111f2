/** How a list that is scrolled down keeps its place while rows above it come and go. */
import type { Conversation } from "@core/chat";

type Row = Pick<Conversation, "contact_id" | "last_activity_at">;

/**
 * By how many rows what is read now has moved, when `first` was the topmost row in sight.
 * A row that moved because somebody wrote in it holds nothing: the next one in sight does.
 */
export function moved(before: readonly Row[], after: readonly Row[], first: number, inSight: number): number {
  for (let at = first; at < Math.min(first + inSight, before.length); at++) {
    const row = before[at];
    if (!row) continue;
    const now = after.findIndex((other) => other.contact_id === row.contact_id);
    if (now >= 0 && after[now]?.last_activity_at === row.last_activity_at) return now - at;
  }
  return 0;
}
