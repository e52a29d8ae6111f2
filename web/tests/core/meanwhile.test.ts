import { Meanwhile } from "@core/meanwhile";
import { expect, test } from "vitest";

test("what was told since a question went out wins; what was told before does not count", () => {
  const meanwhile = new Meanwhile<number>();
  const first = meanwhile.begin();
  meanwhile.tell("a", 1);
  const second = meanwhile.begin();
  meanwhile.tell("b", null);
  expect([meanwhile.since(first, "a"), meanwhile.since(first, "b")]).toEqual([1, null]);
  expect([meanwhile.since(second, "a"), meanwhile.since(second, "b")]).toEqual([undefined, null]);
  expect([...meanwhile.allSince(first)]).toEqual([1]);
});

test("it is told in its present form", () => {
  const meanwhile = new Meanwhile<number>();
  const moment = meanwhile.begin();
  meanwhile.tell("a", 1);
  meanwhile.amend((value) => value + 10);
  expect(meanwhile.since(moment, "a")).toBe(11);
});

test("nothing is remembered while nothing is awaited", () => {
  const meanwhile = new Meanwhile<number>();
  meanwhile.tell("a", 1);
  const moment = meanwhile.begin();
  meanwhile.tell("b", 2);
  meanwhile.end();
  expect(meanwhile.since(-1, "a")).toBeUndefined();
  expect(meanwhile.since(moment, "b")).toBeUndefined();
});
