/** The emoji as lines of a grid, with a heading before each group. */
import type { Emoji } from "./table";

export const COLUMNS = 8;

export type Line = { kind: "heading"; words: string } | { kind: "cells"; cells: readonly Emoji[] };

export interface Place {
  line: number;
  column: number;
}

export interface Group {
  words: string;
  emoji: readonly Emoji[];
}

export function lines(groups: readonly Group[]): Line[] {
  return groups.flatMap(({ words, emoji }) => {
    if (emoji.length === 0) return [];
    const cells: Line[] = [];
    for (let at = 0; at < emoji.length; at += COLUMNS) {
      cells.push({ kind: "cells", cells: emoji.slice(at, at + COLUMNS) });
    }
    return [{ kind: "heading", words } as Line, ...cells];
  });
}

/** Where an arrow key leads; null out of the top, so that the search has the focus again. */
export function moved(shelf: readonly Line[], from: Place, key: string): Place | null {
  const width = (line: number) => {
    const at = shelf[line];
    return at?.kind === "cells" ? at.cells.length : 0;
  };
  const vertical = (by: 1 | -1): Place | null => {
    for (let line = from.line + by; line >= 0 && line < shelf.length; line += by) {
      if (width(line) > 0) return { line, column: Math.min(from.column, width(line) - 1) };
    }
    return by < 0 ? null : from;
  };
  switch (key) {
    case "ArrowUp":
      return vertical(-1);
    case "ArrowDown":
      return vertical(1);
    case "ArrowLeft": {
      if (from.column > 0) return { ...from, column: from.column - 1 };
      const above = vertical(-1);
      return above && { ...above, column: width(above.line) - 1 };
    }
    case "ArrowRight": {
      if (from.column < width(from.line) - 1) return { ...from, column: from.column + 1 };
      const below = vertical(1);
      return below && below !== from ? { ...below, column: 0 } : from;
    }
    case "Home":
      return { ...from, column: 0 };
    case "End":
      return { ...from, column: width(from.line) - 1 };
    default:
      return from;
  }
}
