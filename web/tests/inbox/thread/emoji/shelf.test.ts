/** The lines of the picker, and the arrow keys through them. */
import { COLUMNS, lines, moved } from "@inbox/thread/emoji/shelf";
import type { Emoji } from "@inbox/thread/emoji/table";
import { expect, test } from "vitest";

const emoji = (count: number): Emoji[] =>
  Array.from({ length: count }, (_, at) => ({ emoji: `${at}`, name: `${at}`, group: 0, tones: [], words: [] }));
// line 0 is a heading, 1 and 2 are cells (8 and 2), 3 a heading, 4 cells (3)
const shelf = lines([
  { words: "one", emoji: emoji(COLUMNS + 2) },
  { words: "none", emoji: [] },
  { words: "two", emoji: emoji(3) },
]);

test("a group without emoji has no heading", () => {
  expect(shelf.map((line) => line.kind)).toEqual(["heading", "cells", "cells", "heading", "cells"]);
});

test("down and up go past headings and keep to what is there", () => {
  expect(moved(shelf, { line: 1, column: 5 }, "ArrowDown")).toEqual({ line: 2, column: 1 });
  expect(moved(shelf, { line: 2, column: 1 }, "ArrowDown")).toEqual({ line: 4, column: 1 });
  expect(moved(shelf, { line: 4, column: 1 }, "ArrowDown")).toEqual({ line: 4, column: 1 });
  expect(moved(shelf, { line: 4, column: 2 }, "ArrowUp")).toEqual({ line: 2, column: 1 });
});

test("up from the first line leads out, to the search", () => {
  expect(moved(shelf, { line: 1, column: 3 }, "ArrowUp")).toBeNull();
});

test("right and left run on into the next line, Home and End stay in theirs", () => {
  expect(moved(shelf, { line: 1, column: 7 }, "ArrowRight")).toEqual({ line: 2, column: 0 });
  expect(moved(shelf, { line: 2, column: 0 }, "ArrowLeft")).toEqual({ line: 1, column: 7 });
  expect(moved(shelf, { line: 4, column: 2 }, "ArrowRight")).toEqual({ line: 4, column: 2 });
  expect(moved(shelf, { line: 1, column: 3 }, "End")).toEqual({ line: 1, column: 7 });
  expect(moved(shelf, { line: 1, column: 3 }, "Home")).toEqual({ line: 1, column: 0 });
});
