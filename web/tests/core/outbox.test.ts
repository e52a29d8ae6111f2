/** What is said here reaches the server once: in order, after a reload, from two tabs, and honestly where it cannot. */
import { ENTRIES_MAX, EXPIRES_MS, WAITING_MAX } from "@core/outbox";
import { describe, expect, test } from "vitest";
import { Desk, refusal, rest, saying } from "./desk";

const bodies = (outbox: { entries: { value: readonly { content: { text?: { body: string } } | object }[] } }) =>
  outbox.entries.value.map((entry) => ("text" in entry.content ? entry.content.text?.body : "reaction"));

describe("sending", () => {
  test("a message goes once, is told to the store, and is gone", async () => {
    const desk = new Desk();
    const outbox = desk.open();
    const entry = outbox.add(saying("hello"));
    await rest();
    expect(desk.asked).toEqual(["hello"]);
    expect(desk.accepted).toEqual([entry?.id]);
    expect(outbox.entries.value).toEqual([]);
    expect(outbox.sending.value.size).toBe(0);
  });

  test("a conversation keeps its order; others do not wait for it", async () => {
    const desk = new Desk();
    desk.answers = ["held", "taken"];
    const outbox = desk.open();
    for (const body of ["a1", "a2", "a3"]) outbox.add(saying(body, "a"));
    outbox.add(saying("b1", "b"));
    await rest();
    expect(desk.asked).toEqual(["a1", "b1"]);
    await desk.release();
    expect(desk.asked).toEqual(["a1", "b1", "a2", "a3"]);
  });

  test("not more conversations than a few are on the line at once", async () => {
    const desk = new Desk();
    desk.answers = ["held"];
    const outbox = desk.open();
    for (let n = 0; n < 20; n++) outbox.add(saying(`${n}`, `contact ${n}`));
    await rest();
    expect(desk.asked).toHaveLength(4);
    expect(outbox.sending.value.size).toBe(4);
    desk.answers = ["taken"];
    await desk.release();
    expect(desk.asked).toHaveLength(20);
  });

  test("what the feed has shown meanwhile is not told again with older news", async () => {
    const desk = new Desk();
    desk.answers = ["held"];
    const outbox = desk.open();
    const entry = outbox.add(saying("hello"));
    await rest();
    outbox.settle(entry?.id ?? "");
    expect(outbox.entries.value).toEqual([]);
    await desk.release();
    expect(desk.accepted).toEqual([]);
    expect(desk.asked).toEqual(["hello"]);
  });
});

describe("waiting", () => {
  test("without a line it stays, and goes with the same id when the line is back", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const outbox = desk.open();
    outbox.add(saying("hello"));
    outbox.add(saying("there"));
    await rest();
    desk.online.value = false;
    expect(bodies(outbox)).toEqual(["hello", "there"]);
    desk.answers = ["taken"];
    desk.online.value = true;
    await rest();
    expect(desk.asked).toEqual(["hello", "hello", "there"]);
    expect(desk.ids[0]).toBe(desk.ids[1]);
    expect(outbox.entries.value).toEqual([]);
  });

  test("it is tried again by itself, less and less often", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const outbox = desk.open();
    outbox.add(saying("hello"));
    const tries: number[] = [];
    for (const seconds of [0.4, 0.2, 1, 2, 4, 8, 16, 30, 30]) {
      await desk.pass(seconds * 1000);
      tries.push(desk.asked.length);
    }
    expect(tries).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    desk.answers = ["taken"];
    await desk.pass(31_000);
    expect(desk.accepted).toHaveLength(1);
  });

  test("several that fail together count as one failure", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const outbox = desk.open();
    for (const contact of ["a", "b", "c", "d"]) outbox.add(saying("hello", contact));
    await rest();
    desk.answers = ["taken"];
    await desk.pass(600);
    expect(desk.accepted).toHaveLength(4);
  });

  test("Retry-After is kept, also when somebody comes and looks", async () => {
    const desk = new Desk();
    desk.answers = [refusal(429, "too_many_requests", 30), "taken"];
    const outbox = desk.open();
    outbox.add(saying("hello"));
    await rest();
    desk.visible.value = false;
    desk.visible.value = true;
    outbox.add(saying("there", "other"));
    await desk.pass(29_000);
    expect(desk.asked).toEqual(["hello"]);
    await desk.pass(1_100);
    expect(desk.asked.toSorted()).toEqual(["hello", "hello", "there"]);
  });

  test("a server that stumbles over one message does not hold up the others", async () => {
    const desk = new Desk();
    desk.answers = [refusal(500, "http_500"), "taken"];
    const outbox = desk.open();
    outbox.add(saying("a1", "a"));
    await rest();
    outbox.add(saying("b1", "b"));
    await rest();
    expect(desk.asked).toEqual(["a1", "b1"]);
    await desk.pass(600);
    expect(desk.asked).toEqual(["a1", "b1", "a1"]);
  });
});

describe("refusals", () => {
  test("show the server's code, and those behind go on", async () => {
    const desk = new Desk();
    desk.answers = [refusal(422, "invalid"), "taken"];
    const outbox = desk.open();
    outbox.add(saying("bad"));
    outbox.add(saying("good"));
    await rest();
    expect(desk.asked).toEqual(["bad", "good"]);
    expect(outbox.entries.value.map((entry) => entry.refused)).toEqual([{ code: "invalid", title: "invalid" }]);
  });

  test("are there after a reload, are not tried again, and go when they are discarded", async () => {
    const desk = new Desk();
    desk.answers = [refusal(404, "no_such_contact")];
    const first = desk.open();
    first.add(saying("hello"));
    await rest();
    first.close();
    const second = desk.open();
    await rest();
    expect(second.entries.value.map((entry) => entry.refused?.code)).toEqual(["no_such_contact"]);
    expect(desk.asked).toHaveLength(1);
    second.discard(second.entries.value[0]?.id ?? "");
    await rest();
    second.close();
    const third = desk.open();
    await rest();
    expect(third.entries.value).toEqual([]);
  });

  test("may be sent again, as a new message with a new id", async () => {
    const desk = new Desk();
    desk.answers = [refusal(409, "id_reused"), "taken"];
    const outbox = desk.open();
    const refused = outbox.add({ ...saying("hello"), context: { message_id: "m" } });
    await rest();
    const renewed = outbox.sendAgain(refused?.id ?? "");
    await rest();
    expect(renewed).toMatchObject({ content: refused?.content, context: { message_id: "m" } });
    expect(new Set(desk.ids).size).toBe(2);
    expect(outbox.entries.value).toEqual([]);
  });

  test("of a reaction take it off its message: it has no place where it could stand refused", async () => {
    const desk = new Desk();
    desk.answers = [refusal(409, "not_sent_yet"), refusal(422, "invalid")];
    const outbox = desk.open();
    outbox.add({ ...saying(""), content: { type: "reaction", reaction: { message_id: "m", emoji: "👍" } } });
    await rest();
    expect(outbox.entries.value).toHaveLength(1);
    await desk.pass(2_000);
    expect(desk.asked).toEqual(["reaction", "reaction"]);
    expect(outbox.entries.value).toEqual([]);
  });

  test("a waiting one cannot be sent again", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const outbox = desk.open();
    const waiting = outbox.add(saying("hello"));
    await rest();
    expect(outbox.sendAgain(waiting?.id ?? "")).toBeNull();
    expect(outbox.entries.value).toHaveLength(1);
  });

  test("one that is on the line cannot be taken back", async () => {
    const desk = new Desk();
    desk.answers = ["held"];
    const outbox = desk.open();
    const entry = outbox.add(saying("hello"));
    await rest();
    outbox.discard(entry?.id ?? "");
    expect(outbox.entries.value).toHaveLength(1);
  });
});

describe("limits", () => {
  test("beyond so many waiting, what is said is refused where it stands", () => {
    const desk = new Desk(null);
    const outbox = desk.open({ post: () => new Promise(() => {}) });
    for (let n = 0; n < WAITING_MAX; n++) outbox.add(saying(`${n}`));
    expect(outbox.add(saying("one too many"))?.refused?.code).toBe("outbox_full");
    for (let n = WAITING_MAX + 1; n < ENTRIES_MAX; n++) outbox.add(saying(`${n}`));
    expect(outbox.add(saying("beyond all"))).toBeNull();
    expect(outbox.entries.value).toHaveLength(ENTRIES_MAX);
  });

  test.each([
    [true, "expired"],
    [false, "waited_too_long"],
  ])("after a week nothing goes by itself; perhaps sent: %s", async (isAttempted, code) => {
    const desk = new Desk();
    desk.answers = isAttempted ? ["nothing"] : [refusal(429, "busy", 300)];
    const first = desk.open();
    if (!isAttempted) {
      first.add(saying("the one that keeps the line", "other"));
      await rest();
    }
    first.add(saying("hello"));
    await rest();
    first.close();
    desk.answers = ["taken"];
    desk.asked.length = 0;
    desk.setTime(desk.clock.now() + EXPIRES_MS + 60_000);
    const second = desk.open();
    await rest();
    expect(desk.asked).toEqual([]);
    expect(second.entries.value.at(-1)?.refused?.code).toBe(code);
  });

  test("a machine's wrong clock expires nothing: it waits until the server's time is known", async () => {
    const desk = new Desk();
    desk.answers = ["nothing"];
    const first = desk.open();
    first.add(saying("hello"));
    await rest();
    first.close();
    desk.answers = ["taken"];
    desk.asked.length = 0;
    desk.known.value = false;
    desk.setTime(desk.clock.now() + 10 * EXPIRES_MS);
    const second = desk.open();
    await desk.pass(120_000);
    expect(desk.asked).toEqual([]);
    expect(second.entries.value[0]?.refused).toBeUndefined();
    desk.setTime(desk.clock.now());
    desk.known.value = true;
    await rest();
    expect(desk.accepted).toHaveLength(1);
  });
});

describe("the session", () => {
  test("when it is over, nothing more is attempted and nothing is lost before the wipe", async () => {
    const desk = new Desk();
    desk.answers = [refusal(401, "unauthenticated")];
    const outbox = desk.open();
    outbox.add(saying("hello"));
    await desk.pass(600_000);
    expect(desk.asked).toEqual(["hello"]);
    expect(bodies(outbox)).toEqual(["hello"]);
    expect(outbox.add(saying("more"))).toBeNull();
  });
});

test("a conversation that goes on under another id keeps what waits, in order", async () => {
  const desk = new Desk();
  desk.answers = ["nothing"];
  const outbox = desk.open();
  outbox.add(saying("a", "old"));
  outbox.add(saying("b", "old"));
  await rest();
  outbox.relabel("106540352242922", "old", "new");
  await rest();
  outbox.close();
  desk.answers = ["taken"];
  const told: string[] = [];
  desk.open({ accepted: (message) => told.push(message.contact_id) });
  await rest();
  expect(desk.asked.slice(-2)).toEqual(["a", "b"]);
  expect(told).toEqual(["new", "new"]);
});
