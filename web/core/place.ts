/** Where in a number's feed this browser stands, and which changes join on there: none left out, none needed twice. */
import type { Change } from "./chat";

export class Place {
  /** null before the first snapshot, and when the last one is of no use any more. */
  cursor: string | null = null;

  /**
   * The changes of a stretch of the feed that are news here; null when the stretch does not touch this place.
   * `after` is the cursor that the stretch follows, absent when it surely follows the last one.
   */
  join(changes: readonly Change[], end: string, after = this.cursor): readonly Change[] | null {
    if (this.cursor === null) return null;
    if (after === this.cursor) {
      this.cursor = end;
      return changes;
    }
    const held = changes.findIndex(({ cursor }) => cursor === this.cursor);
    if (held < 0) return null;
    this.cursor = end;
    return changes.slice(held + 1);
  }
}
