/** Databases open or fail within a moment, and those of a workspace go all at once, whoever has them open. */
import "fake-indexeddb/auto";
import { openCache } from "@core/cache";
import type { Cached } from "@core/cached";
import { deleteDatabase, numberName, openDatabase, type Plan, wipeDatabases, workspaceName } from "@core/database";
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, test } from "vitest";
import { ManualClock, settled } from "../stage";
import { NUMBER } from "./said";
import { contents, denied, raw } from "./storage";

const NAME = numberName("w1", NUMBER);
const clock = new ManualClock();
const open = (factory: IDBFactory, number_id = NUMBER) => openCache(factory, clock, "w1", number_id);

function cached(cursor: string): Cached {
  const number = { id: NUMBER } as Cached["number"];
  return { cursor, number, conversations: [], edges: [], complete: true, aside: [], threads: [] };
}

function plan(more: Partial<Plan> = {}): Plan {
  return {
    name: "books",
    version: 1,
    build: (database) => database.createObjectStore("pages"),
    replaceable: true,
    gone() {},
    ...more,
  };
}

describe("opening", () => {
  test("builds the stores once, and anew for a new version", async () => {
    const factory = new IDBFactory();
    const first = await openDatabase(factory, clock, plan());
    await first.put("pages", "words", 1);
    first.close();
    const second = await openDatabase(factory, clock, plan());
    expect(await second.get("pages", 1)).toBe("words");
    second.close();
    const third = await openDatabase(factory, clock, plan({ version: 2 }));
    expect(await third.count("pages")).toBe(0);
  });

  test("drops what is of a later version only where it can be fetched again", async () => {
    const factory = new IDBFactory();
    (await openDatabase(factory, clock, plan({ version: 9 }))).close();
    await expect(openDatabase(factory, clock, plan({ replaceable: false }))).rejects.toThrow();
    expect((await openDatabase(factory, clock, plan())).version).toBe(1);
  });

  test("fails where storage is denied", async () => {
    await expect(openDatabase(denied(), clock, plan())).rejects.toThrow("denied");
  });

  test("fails in time where another tab does not let go, and leaves nothing open when it does", async () => {
    const factory = new IDBFactory();
    const frozen = await raw(factory, "books");
    const time = new ManualClock();
    const opening = openDatabase(factory, time, plan({ version: 2 })).catch((failure: Error) => failure.name);
    await time.pass(4_000);
    expect(await opening).toBe("TimeoutError");
    frozen.close();
    await settled(100);
    expect(await deleteDatabase(factory, time, "books")).toBe(true);
  });

  test("lets go when another tab deletes, and says so once and for good", async () => {
    const factory = new IDBFactory();
    const told: boolean[] = [];
    await openDatabase(factory, clock, plan({ gone: (isForGood) => told.push(isForGood) }));
    expect(await deleteDatabase(factory, clock, "books")).toBe(true);
    expect(told).toEqual([true]);
  });
});

test("no workspace's name begins another's", () => {
  expect(workspaceName("w1")).not.toBe(workspaceName("w10"));
  expect(numberName("w1", "n").startsWith(`${workspaceName("w1")} `)).toBe(true);
  expect(numberName("w10", "n").startsWith(`${workspaceName("w1")} `)).toBe(false);
});

describe("wiping", () => {
  test("takes all numbers of the workspace, and no other workspace", async () => {
    const factory = new IDBFactory();
    await open(factory).save(cached("1"), new Set());
    await open(factory, "visited last year").save(cached("1"), new Set());
    const other = openCache(factory, clock, "w10", NUMBER);
    await other.save(cached("1"), new Set());
    expect(await wipeDatabases(factory, clock, "w1", [])).toBe(true);
    expect((await factory.databases()).map(({ name }) => name)).toEqual([numberName("w10", NUMBER)]);
  });

  test("takes the named numbers where the browser lists no databases", async () => {
    const factory = new IDBFactory();
    const cache = open(factory);
    await cache.save(cached("1"), new Set());
    cache.close();
    Object.defineProperty(factory, "databases", { value: undefined, configurable: true });
    await wipeDatabases(factory, clock, "w1", [NUMBER]);
    Reflect.deleteProperty(factory, "databases");
    expect(await factory.databases()).toEqual([]);
  });

  test("clears the contents though a frozen tab holds the database", async () => {
    const factory = new IDBFactory();
    const first = open(factory);
    await first.save(cached("1"), new Set());
    first.close();
    const frozen = await raw(factory, NAME);
    const time = new ManualClock();
    const wiping = wipeDatabases(factory, time, "w1", [NUMBER]);
    await time.pass(10_000);
    expect(await wiping).toBe(false);
    expect((await contents(frozen, "cache")).size).toBe(0);
    frozen.close();
    await settled(100);
    expect(await factory.databases()).toEqual([]);
  });

  test("is nothing to do where there is no storage", async () => {
    expect(await wipeDatabases(null, clock, "w1", [NUMBER])).toBe(true);
    expect(await wipeDatabases(denied(), clock, "w1", [NUMBER])).toBe(true);
  });
});
