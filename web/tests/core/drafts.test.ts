/** What was typed and not sent is there after a reload, in every conversation of its own. */
import { Drafts, wipeDrafts } from "@core/drafts";
import { describe, expect, test } from "vitest";
import { ManualClock, MemoryKeep, settled } from "../stage";

const clock = new ManualClock();
const KEY = "drafts w1 n1";
const open = (keep: MemoryKeep) => new Drafts(keep, clock, "w1", "n1");

describe("a draft", () => {
  test("is kept a moment after it was typed, not at every key", async () => {
    const keep = new MemoryKeep();
    const drafts = open(keep);
    await settled(100);
    for (const text of ["h", "he", "hey"]) {
      drafts.of("a").value = text;
      await clock.pass(100);
    }
    expect(keep.kept.size).toBe(0);
    await clock.pass(400);
    expect(keep.kept.get(KEY)).toBe('[{"contact_id":"a","text":"hey"}]');
  });

  test("appears in the next page, also where it was asked for before it was read", async () => {
    const keep = new MemoryKeep();
    const first = open(keep);
    first.of("a").value = "hello";
    first.of("b").value = "there";
    await first.flush();
    const second = open(keep);
    const early = second.of("a");
    expect(early.value).toBe("");
    await settled(100);
    expect(early.value).toBe("hello");
    expect(second.of("b").value).toBe("there");
    expect(second.of("a")).toBe(early);
  });

  test("that is typed faster than the disk reads wins", async () => {
    const keep = new MemoryKeep();
    keep.kept.set(KEY, '[{"contact_id":"a","text":"old"}]');
    const drafts = open(keep);
    drafts.of("a").value = "new";
    await settled(100);
    expect(drafts.of("a").value).toBe("new");
  });

  test("that is emptied faster than the disk reads stays empty", async () => {
    const keep = new MemoryKeep();
    keep.kept.set(KEY, '[{"contact_id":"a","text":"old"}]');
    const drafts = open(keep);
    drafts.of("a").value = "x";
    drafts.of("a").value = "";
    await settled(100);
    expect(drafts.of("a").value).toBe("");
  });

  test("that is sent is forgotten", async () => {
    const keep = new MemoryKeep();
    const drafts = open(keep);
    drafts.of("a").value = "hello";
    await drafts.flush();
    drafts.of("a").value = "";
    await drafts.flush();
    expect(keep.kept.has(KEY)).toBe(false);
  });

  test("is written when the page closes", async () => {
    const keep = new MemoryKeep();
    const drafts = open(keep);
    drafts.of("a").value = "hello";
    drafts.close();
    await settled(100);
    expect(keep.kept.get(KEY)).toContain("hello");
  });

  test("of another tab stays", async () => {
    const keep = new MemoryKeep();
    const [one, two] = [open(keep), open(keep)];
    await settled(100);
    one.of("a").value = "from one";
    await one.flush();
    two.of("b").value = "from two";
    await two.flush();
    expect(keep.kept.get(KEY)).toContain("from one");
  });

  test("goes with its conversation to another id, and does not cover what is typed there", async () => {
    const keep = new MemoryKeep();
    keep.kept.set(KEY, '[{"contact_id":"old","text":"hello"}]');
    const drafts = open(keep);
    drafts.relabel("old", "new");
    await settled(100);
    expect([drafts.of("old").value, drafts.of("new").value]).toEqual(["", "hello"]);
    drafts.of("other").value = "already";
    drafts.of("new").value = "more";
    drafts.relabel("new", "other");
    expect(drafts.of("other").value).toBe("already");
  });
});

describe("limits", () => {
  test("the drafts typed last are kept", async () => {
    const keep = new MemoryKeep();
    const drafts = open(keep);
    await settled(100);
    for (let n = 0; n < 250; n++) {
      drafts.of(`contact ${n}`).value = `draft ${n}`;
      await drafts.flush();
    }
    const kept = (await keep.get(KEY)) as { contact_id: string }[];
    expect(kept).toHaveLength(200);
    expect(kept[0]?.contact_id).toBe("contact 249");
  });

  test("of a book that was pasted, the beginning is", async () => {
    const keep = new MemoryKeep();
    const drafts = open(keep);
    drafts.of("a").value = "x".repeat(1_000_000);
    await drafts.flush();
    expect(keep.kept.get(KEY)?.length).toBeLessThan(9_000);
    expect(drafts.of("a").value).toHaveLength(1_000_000);
  });
});

describe("storage", () => {
  test("that is denied costs nothing but the reload", async () => {
    const keep = new MemoryKeep();
    const refuse = () => Promise.reject(new DOMException("denied", "SecurityError"));
    keep.get = refuse;
    keep.set = refuse;
    const drafts = open(keep);
    drafts.of("a").value = "hello";
    await drafts.flush();
    expect(drafts.of("a").value).toBe("hello");
  });

  test("that holds garbage holds no drafts", async () => {
    const keep = new MemoryKeep();
    keep.kept.set(KEY, '[{"contact_id":1},null,"x",{"contact_id":"a","text":"hello"}]');
    const drafts = open(keep);
    await settled(100);
    expect(drafts.of("a").value).toBe("hello");
  });

  test("that is wiped stays so, though somebody goes on typing", async () => {
    const keep = new MemoryKeep();
    const drafts = open(keep);
    drafts.of("a").value = "hello";
    void drafts.flush();
    await drafts.wipe();
    drafts.of("a").value = "more";
    await clock.pass(1_000);
    await drafts.flush();
    expect(keep.kept.size).toBe(0);
  });

  test("of numbers that are not open is wiped too", async () => {
    const keep = new MemoryKeep();
    keep.kept.set("drafts w1 n2", "[]");
    keep.kept.set("drafts w2 n2", "[]");
    await wipeDrafts(keep, "w1", ["n1", "n2"]);
    expect([...keep.kept.keys()]).toEqual(["drafts w2 n2"]);
  });
});
