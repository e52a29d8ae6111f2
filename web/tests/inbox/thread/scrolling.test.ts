/** What a new set of rows means for whoever is reading. */
import type { Shown } from "@core/chat";
import { arrivedAfter, changedAtStart, neighbour } from "@inbox/thread/scrolling";
import { expect, test } from "vitest";

const rows = (...keys: string[]) => keys.map((key) => ({ key }));
const said = (id: string, direction: "inbound" | "outbound" = "inbound", type = "text") =>
  ({ id, direction, content: { type } }) as Shown;

test("earlier messages grow the start, also when the day moves up with them", () => {
  expect(changedAtStart(rows("day 2", "c", "d"), rows("day 2", "a", "b", "c", "d"))).toBe(true);
  expect(changedAtStart(rows("day 2", "c", "d"), rows("day 1", "a", "day 2", "c", "d"))).toBe(true);
});

test("what is let go at the start is kept from the end, too", () => {
  expect(changedAtStart(rows("day 2", "a", "b", "c", "d"), rows("day 2", "c", "d"))).toBe(true);
});

test("new messages, the first page and changes in the middle are not at the start", () => {
  expect(changedAtStart(rows("day", "a"), rows("day", "a", "b"))).toBe(false);
  expect(changedAtStart([], rows("day", "a"))).toBe(false);
  expect(changedAtStart(rows("day", "a", "c"), rows("day", "a", "b", "c"))).toBe(false);
  expect(changedAtStart(rows("day", "a", "b"), rows("day", "a", "b"))).toBe(false);
});

test("only messages of the customer count as new, without notices", () => {
  const messages = [said("1"), said("2"), said("3", "outbound"), said("4", "inbound", "system"), said("5")];
  expect(arrivedAfter(messages, "1")).toBe(2);
  expect(arrivedAfter(messages, "5")).toBe(0);
  expect(arrivedAfter(messages, null)).toBe(3);
});

test("the next message is past days and notices, and there is none beyond the ends", () => {
  const list = [
    { kind: "day", key: "day", day: "" },
    { kind: "message", key: "a", message: said("a"), firstOfGroup: true, lastOfGroup: true },
    { kind: "system", key: "s", message: said("s") },
    { kind: "message", key: "b", message: said("b"), firstOfGroup: true, lastOfGroup: true },
  ] as const;
  expect(neighbour(list, "a", 1)).toBe("b");
  expect(neighbour(list, "b", -1)).toBe("a");
  expect(neighbour(list, "a", -1)).toBeNull();
  expect(neighbour(list, "b", 1)).toBeNull();
  expect(neighbour(list, null, -1)).toBe("b");
  expect(neighbour([], null, -1)).toBeNull();
});
