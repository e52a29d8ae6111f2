/** What waits survives a crash, and a browser without storage sends all the same. */
import { wipeDatabases } from "@core/database";
import type { IDBFactory } from "fake-indexeddb";
import { describe, expect, test } from "vitest";
import { Desk, rest, saying } from "./desk";
import { denied, Fragile } from "./storage";

describe("a crash", () => {
  test("in the middle of a request: the same id goes again, first things first", async () => {
    const desk = new Desk();
    desk.answers = ["held"];
    const first = desk.open();
    first.add(saying("a"));
    first.add(saying("b"));
    await rest();
    first.close(); // nothing was answered
    desk.answers = ["taken"];
    const second = desk.open();
    await rest();
    expect(desk.asked).toEqual(["a", "a", "b"]);
    expect(desk.ids[0]).toBe(desk.ids[1]);
    await desk.release();
    expect(second.entries.value).toEqual([]);
    const third = desk.open();
    await rest();
    expect(third.entries.value).toEqual([]);
    expect(desk.asked).toHaveLength(3);
  });
});

describe("without storage", () => {
  test.each([
    ["none at all", () => null],
    ["denied", () => denied()],
  ])("%s: it sends, and says that it would not survive", async (_, databases) => {
    const desk = new Desk(databases());
    const outbox = desk.open();
    await rest();
    expect(outbox.durable.value).toBe(false);
    desk.answers = ["nothing", "taken"];
    outbox.add(saying("hello"));
    await desk.pass(1_000);
    expect(desk.accepted).toHaveLength(1);
    expect(outbox.entries.value).toEqual([]);
  });

  test("that breaks in the middle: what waits stays here, and is stored once it works again", async () => {
    const fragile = new Fragile();
    const desk = new Desk(fragile);
    desk.answers = ["nothing"];
    const outbox = desk.open();
    await rest();
    fragile.isBroken = true;
    outbox.add(saying("hello"));
    await rest();
    expect(outbox.durable.value).toBe(false);
    expect(outbox.entries.value).toHaveLength(1);
    fragile.isBroken = false;
    outbox.wake();
    await rest();
    expect(outbox.durable.value).toBe(true);
    outbox.close();
    desk.answers = ["taken"];
    desk.open();
    await rest();
    expect(desk.accepted).toHaveLength(1);
  });

  test("that stumbles once is asked again", async () => {
    const fragile = new Fragile();
    const desk = new Desk(fragile);
    desk.answers = ["held"];
    const outbox = desk.open();
    await rest();
    fragile.failures = 1;
    outbox.add(saying("hello"));
    await rest();
    expect(outbox.durable.value).toBe(true);
    expect(desk.asked).toEqual(["hello"]);
  });

  test("a row that is none is passed over", async () => {
    const desk = new Desk();
    const first = desk.open();
    await rest();
    first.close();
    const request = desk.databases?.open("cloud-inbox w1");
    await rest();
    request?.result.transaction("outbox", "readwrite").objectStore("outbox").put({ id: "broken" });
    await rest();
    request?.result.close();
    const outbox = desk.open();
    outbox.add(saying("hello"));
    await rest();
    expect(desk.asked).toEqual(["hello"]);
  });
});

test("signing out in one tab ends the outbox of the other, and nothing comes back", async () => {
  const desk = new Desk();
  desk.answers = ["nothing"];
  const other = desk.open();
  other.add(saying("hello"));
  await rest();
  expect(await wipeDatabases(desk.databases as IDBFactory, desk.clock, "w1", [])).toBe(true);
  await rest();
  expect(other.entries.value).toEqual([]);
  other.wake();
  await desk.pass(100_000);
  expect(desk.asked).toHaveLength(1);
  expect(await desk.databases?.databases()).toEqual([]);
});
