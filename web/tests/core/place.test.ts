import type { Change } from "@core/chat";
import { Place } from "@core/place";
import { expect, test } from "vitest";

const change = (cursor: string) => ({ cursor, kind: "removed", value: { of: "message", number_id: "1" } }) as Change;
const stretch = ["6", "7", "8"].map(change);

function at(cursor: string | null): Place {
  const place = new Place();
  place.cursor = cursor;
  return place;
}

test("what follows directly is taken whole", () => {
  const place = at("5");
  expect(place.join(stretch, "8", "5")).toEqual(stretch);
  expect(place.cursor).toBe("8");
});

test("without a word it follows the last", () => {
  const place = at("5");
  expect(place.join(stretch, "8")).toEqual(stretch);
});

test("of a stretch that began earlier only the rest is news", () => {
  const place = at("7");
  expect(place.join(stretch, "8", "5")?.map(({ cursor }) => cursor)).toEqual(["8"]);
  expect(place.cursor).toBe("8");
});

test("a stretch that does not touch our place is not taken: something lies between", () => {
  const place = at("3");
  expect(place.join(stretch, "8", "5")).toBeNull();
  expect(place.cursor).toBe("3");
});

test("without a place nothing joins on", () => {
  expect(at(null).join(stretch, "8")).toBeNull();
});
