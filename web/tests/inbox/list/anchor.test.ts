/** How far what is being read has moved when rows come and go above it. */

import { moved } from "@inbox/list/anchor";
import { expect, test } from "vitest";

const rows = (...ids: string[]) => ids.map((id) => ({ contact_id: id[0] ?? "", last_activity_at: id }));

test("a conversation that jumps to the top moves those between by one", () => {
  expect(moved(rows("a", "b", "c", "d", "e"), rows("e2", "a", "b", "c", "d"), 1, 3)).toBe(1);
});

test("what changes below moves nothing", () => {
  expect(moved(rows("a", "b", "c", "d"), rows("a", "b", "d2", "c"), 0, 2)).toBe(0);
});

test("when the topmost row in sight is the one that jumps, the next one holds the place", () => {
  expect(moved(rows("a", "b", "c", "d"), rows("b2", "a", "c", "d"), 1, 3)).toBe(0);
});

test("rows that go away above pull the rest up", () => {
  expect(moved(rows("a", "b", "c", "d"), rows("c", "d"), 2, 2)).toBe(-2);
});

test("where nothing in sight is left there is nothing to hold on to", () => {
  expect(moved(rows("a", "b"), rows("c", "d"), 0, 2)).toBe(0);
});
