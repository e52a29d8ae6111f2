/** All tabs of a browser hold the same outbox: nothing is lost between them, and what one has ended stays ended. */
import { describe, expect, test } from "vitest";
import { Desk, refusal, rest, saying } from "./desk";
import { NUMBER } from "./said";

describe("one tab", () => {
  test("it is stored before it is attempted", async () => {
    const desk = new Desk();
    let stored: unknown;
    const outbox = desk.open({
      post: async (entry) => {
        const reader = desk.open({ post: () => new Promise(() => {}) });
        await rest();
        stored = reader.entries.value.find((each) => each.id === entry.id)?.attempted_at;
        reader.close();
        throw refusal(422, "invalid");
      },
    });
    outbox.add(saying("hello"));
    await expect.poll(() => stored).toBe(desk.clock.now());
  });
});

describe("two tabs", () => {
  test("one closes with something waiting: the other sends it when it looks", async () => {
    const desk = new Desk();
    const [a, b] = [desk.open(), desk.open()];
    await rest();
    desk.answers = ["nothing"];
    a.add(saying("hello"));
    await rest();
    a.close();
    desk.answers = ["taken"];
    b.wake();
    await rest();
    expect(desk.accepted).toHaveLength(1);
    expect(desk.ids[0]).toBe(desk.ids.at(-1));
  });

  test("both try: one message, by one id", async () => {
    const desk = new Desk();
    desk.answers = ["held"];
    const [a, b] = [desk.open(), desk.open()];
    await rest();
    a.add(saying("hello"));
    await rest();
    b.wake();
    await rest();
    expect(desk.asked).toEqual(["hello", "hello"]);
    expect(new Set(desk.ids).size).toBe(1);
    await desk.release();
    a.wake();
    b.wake();
    await rest();
    expect([a.entries.value, b.entries.value]).toEqual([[], []]);
  });

  test("what one has discarded, the other does not send", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const [a, b] = [desk.open(), desk.open()];
    await rest();
    const entry = a.add(saying("hello"));
    await rest();
    b.wake();
    await rest();
    a.discard(entry?.id ?? "");
    await rest();
    desk.asked.length = 0;
    desk.answers = ["taken"];
    await desk.pass(60_000);
    expect(desk.asked).toEqual([]);
    expect(b.entries.value).toEqual([]);
  });

  test("what one has put away after a refusal is gone from the other when it looks", async () => {
    const desk = new Desk();
    desk.answers = [refusal(422, "invalid")];
    const [a, b] = [desk.open(), desk.open()];
    const entry = a.add(saying("hello"));
    await rest();
    b.wake();
    await rest();
    expect(b.entries.value).toHaveLength(1);
    a.discard(entry?.id ?? "");
    await rest();
    b.wake();
    await rest();
    expect(b.entries.value).toEqual([]);
  });

  test("what was refused to one stands refused in the other", async () => {
    const desk = new Desk();
    const [a, b] = [desk.open(), desk.open()];
    await rest();
    desk.answers = [refusal(422, "invalid")];
    a.add(saying("hello"));
    await rest();
    b.wake();
    await rest();
    expect(b.entries.value.map((entry) => entry.refused?.code)).toEqual(["invalid"]);
    expect(desk.asked).toHaveLength(1);
  });

  test("what is relabelled while its attempt is being written down stays relabelled, here and on the shelf", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const a = desk.open();
    await rest();
    a.add(saying("hello", "old"));
    a.relabel(NUMBER, "old", "new");
    await rest();
    expect(a.entries.value).toMatchObject([{ contact_id: "new", attempted_at: expect.any(Number) }]);
    a.close();
    const b = desk.open();
    await rest();
    expect(b.entries.value).toMatchObject([{ contact_id: "new", attempted_at: expect.any(Number) }]);
    b.close();
  });
});
