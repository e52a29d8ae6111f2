/** What was kept comes back whole, as of one cursor, or not at all; and what is wiped is gone. */
import "fake-indexeddb/auto";
import { CONVERSATIONS_MAX, openCache } from "@core/cache";
import type { Cached } from "@core/cached";
import { numberName } from "@core/database";
import { IDBFactory } from "fake-indexeddb";
import { describe, expect, test } from "vitest";
import { ManualClock, settled } from "../stage";
import { conversation, inbound, NUMBER } from "./said";
import { contents, denied, Fragile, put, raw } from "./storage";

const NAME = numberName("w1", NUMBER);
const clock = new ManualClock();
const open = (factory: IDBFactory | null, number_id = NUMBER) => openCache(factory, clock, "w1", number_id);

function cached(cursor: string, contacts: readonly string[] = ["a", "b"]): Cached {
  const list = contacts.map((contact_id) => conversation({ contact_id }));
  return {
    cursor,
    number: { id: NUMBER, display_number: "+1 555", state: "connected" } as Cached["number"],
    conversations: list,
    edges: [{ last_activity_at: list[0]?.last_activity_at ?? "", next: "page-2" }],
    complete: false,
    aside: [],
    threads: contacts.map((contact_id) => ({
      contact_id,
      messages: [inbound({ contact_id }), inbound({ contact_id })],
      edges: [],
      start: true,
      stale: false,
    })),
  };
}

describe("what is kept", () => {
  test("is nothing at first", async () => {
    expect(await open(new IDBFactory()).load()).toBeNull();
  });

  test("comes back after a reload as it was saved last", async () => {
    const factory = new IDBFactory();
    const first = open(factory);
    await first.save(cached("1"), new Set());
    const last = cached("2", ["b", "c"]);
    await first.save(last, new Set(["b", "c"]));
    first.close();
    expect(await open(factory).load()).toEqual(last);
  });

  test("is written though the page closes at once", async () => {
    const factory = new IDBFactory();
    const first = open(factory);
    const last = cached("1");
    void first.save(cached("0"), new Set());
    await Promise.resolve();
    void first.save(last, new Set(["a", "b"]));
    first.close();
    await settled(100);
    expect(await open(factory).load()).toEqual(last);
  });

  test("of a conversation that is gone, nothing stays on the disk", async () => {
    const factory = new IDBFactory();
    const cache = open(factory);
    await cache.save(cached("1", ["a", "b"]), new Set());
    await cache.save(cached("2", ["a"]), new Set());
    cache.close();
    const database = await raw(factory, NAME);
    expect([...(await contents(database, "cache")).keys()]).toEqual(["head", "stamp", "thread a"]);
  });

  test("is written thread by thread: what has not changed is left alone", async () => {
    const factory = new IDBFactory();
    const cache = open(factory);
    const before = cached("1");
    await cache.save(before, new Set());
    const after = cached("2");
    await cache.save(after, new Set(["b"]));
    const loaded = await open(factory).load();
    expect(loaded?.threads[0]).toEqual(before.threads[0]);
    expect(loaded?.threads[1]).toEqual(after.threads[1]);
  });

  test("is all of one tab, though two tabs write", async () => {
    const factory = new IDBFactory();
    const [one, two] = [open(factory), open(factory)];
    await one.save(cached("1"), new Set());
    await two.save(cached("2"), new Set());
    const last = cached("3");
    await one.save(last, new Set(["a"]));
    expect(await open(factory).load()).toEqual(last);
  });

  test("is the newest, when more is handed in than the disk writes", async () => {
    const factory = new IDBFactory();
    const cache = open(factory);
    for (let n = 0; n < 50; n++) void cache.save(cached(`${n}`), new Set(n === 20 ? ["a"] : []));
    const last = cached("last");
    await cache.save(last, new Set(["b"]));
    expect(await open(factory).load()).toEqual(last);
  });

  test("is of each number apart", async () => {
    const factory = new IDBFactory();
    await open(factory).save(cached("1"), new Set());
    expect(await open(factory, "other").load()).toBeNull();
  });

  test("is bounded: beyond all measure, what was kept before stays", async () => {
    const factory = new IDBFactory();
    const cache = open(factory);
    await cache.save(cached("1"), new Set());
    const much = cached("2");
    await cache.save({ ...much, conversations: Array(CONVERSATIONS_MAX + 1).fill(much.conversations[0]) }, new Set());
    expect((await open(factory).load())?.cursor).toBe("1");
  });
});

describe("what is corrupt is dropped, and the next save builds it anew", () => {
  test.each<[string, string, unknown]>([
    ["an older format", "head", { ...cached("1"), format: 0 }],
    ["a head that is none", "head", "garbage"],
    ["conversations that are none", "head", { ...cached("1"), format: 1, conversations: [null] }],
    ["conversations of another build", "head", { ...cached("1"), format: 1, conversations: [{ contact_id: "a" }] }],
    ["ends of pages of another build", "head", { ...cached("1"), format: 1, edges: ["page-2"] }],
    ["messages' pages of another build", "thread a", { ...cached("1").threads[0], edges: ["page-2"] }],
    ["a thread that is none", "thread a", { contact_id: "a" }],
    ["messages that are none", "thread a", { contact_id: "a", edges: [], messages: [{}] }],
  ])("%s", async (_, key, value) => {
    const factory = new IDBFactory();
    const first = open(factory);
    await first.save(cached("1"), new Set());
    first.close();
    await settled(100);
    const database = await raw(factory, NAME);
    await put(database, "cache", key, value);
    database.close();
    const second = open(factory);
    expect(await second.load()).toBeNull();
    const last = cached("2");
    await second.save(last, new Set());
    second.close();
    expect(await open(factory).load()).toEqual(last);
  });

  test.each([
    ["a database of a version from the future", 99],
    ["a database without its store", 1],
  ])("%s", async (_, version) => {
    const factory = new IDBFactory();
    const request = factory.open(NAME, version);
    await settled(100);
    request.result.close();
    const cache = open(factory);
    expect(await cache.load()).toBeNull();
    await cache.save(cached("1"), new Set());
    expect((await open(factory).load())?.cursor).toBe("1");
  });
});

describe("without storage", () => {
  test.each([
    ["none at all", () => null],
    ["denied", () => denied()],
  ])("%s: kept as long as the page", async (_, factory) => {
    const cache = open(factory());
    expect(await cache.load()).toBeNull();
    const last = cached("1");
    await cache.save(last, new Set());
    expect(await cache.load()).toEqual(last);
  });

  test("that breaks in the middle: memory takes over, and the disk again once it works", async () => {
    const factory = new Fragile();
    const cache = open(factory);
    await cache.save(cached("1"), new Set());
    factory.isBroken = true;
    const second = cached("2");
    await cache.save(second, new Set());
    expect(await cache.load()).toEqual(second);
    factory.isBroken = false;
    const third = cached("3");
    await cache.save(third, new Set());
    expect(await open(factory).load()).toEqual(third);
  });

  test("that stumbles once: nothing is lost", async () => {
    const factory = new Fragile();
    const cache = open(factory);
    await cache.save(cached("1"), new Set());
    factory.failures = 1;
    expect((await cache.load())?.cursor).toBe("1");
  });

  test("that never answers: the page goes on after a moment", async () => {
    const factory = new IDBFactory();
    factory.open = () => ({ addEventListener() {}, removeEventListener() {} }) as unknown as IDBOpenDBRequest;
    const time = new ManualClock();
    const loading = openCache(factory, time, "w1", NUMBER).load();
    await time.pass(12_000);
    expect(await loading).toBeNull();
  });
});

describe("wiping", () => {
  test("leaves nothing, and nothing comes back from a late save", async () => {
    const factory = new IDBFactory();
    const cache = open(factory);
    await cache.save(cached("1"), new Set());
    const saving = cache.save(cached("2"), new Set());
    await cache.wipe();
    await saving;
    await cache.save(cached("3"), new Set());
    expect(await factory.databases()).toEqual([]);
    expect(await cache.load()).toBeNull();
  });

  test("in one tab ends the cache of another", async () => {
    const factory = new IDBFactory();
    const [one, two] = [open(factory), open(factory)];
    await one.save(cached("1"), new Set());
    await two.load();
    await one.wipe();
    await two.save(cached("2"), new Set());
    expect(await factory.databases()).toEqual([]);
    expect(await two.load()).toBeNull();
  });
});
