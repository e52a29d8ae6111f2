/** The order of messages and conversations is the contract's, whatever order they came in. */
import { compareArrivals, compareConversations, compareMessages } from "@core/order";
import { describe, expect, test } from "vitest";

const T = (s: number) => new Date(Date.UTC(2026, 10, 22) + s * 1000).toISOString();
const placed = (id: string, sent: number, received: number, position?: number) => ({
  id,
  sent_at: T(sent),
  received_at: T(received),
  ...(position === undefined ? {} : { position }),
});

describe("messages", () => {
  test("sort by sent_at, then received_at, then position, then id", () => {
    const sorted = [
      placed("z", 1, 9),
      placed("y", 2, 3),
      placed("x", 2, 4),
      placed("w", 2, 4, 1),
      placed("a", 2, 4, 2),
      placed("b", 2, 4, 2),
      placed("c", 2, 4, 10),
    ];
    for (let turn = 0; turn < 200; turn++) {
      const shuffled = sorted.toSorted((a, b) => random(turn, a.id) - random(turn, b.id));
      expect(shuffled.sort(compareMessages)).toEqual(sorted);
    }
  });

  test("arrive by received_at, then position, then id, whenever they were sent", () => {
    const arrived = [
      placed("d", 9, 1),
      placed("c", 1, 2),
      placed("b", 5, 2, 1),
      placed("a", 4, 3, 1),
      placed("b", 3, 3, 1),
    ];
    expect(arrived.toReversed().sort(compareArrivals)).toEqual(arrived);
  });

  test("are compared by code units, as servers compare", () => {
    expect(compareMessages(placed("Z", 1, 1), placed("a", 1, 1))).toBeLessThan(0);
  });
});

test("conversations stand newest first, equals by contact", () => {
  const list = [
    { contact_id: "b", last_activity_at: T(5) },
    { contact_id: "c", last_activity_at: T(9) },
    { contact_id: "a", last_activity_at: T(5) },
  ];
  expect(list.sort(compareConversations).map((each) => each.contact_id)).toEqual(["c", "a", "b"]);
});

function random(turn: number, id: string): number {
  return Math.sin(turn * 7919 + id.charCodeAt(0)) % 1;
}
