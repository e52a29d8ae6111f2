/** The word above the list is true at every moment. */
import type { Condition, OpenNumber } from "@core/opennumber";
import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { type Stage, settled, stage } from "../stage";
import { CONTACT, NUMBER, type Visit, visited } from "../visit";

async function opened(around: Stage, live = false): Promise<Visit> {
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, CONTACT, "hello");
  return await visited(around, live);
}

/** What is shown, from now on; each word once. */
function watch(number: OpenNumber): Condition[] {
  const seen: Condition[] = [];
  effect(() => void seen.push(number.condition.value));
  return seen;
}

const changesAsked = (around: Stage) => around.server.asked.filter((each) => each.endsWith("/changes")).length;

test("pull mode asks when the window is opened and on Refresh, and otherwise leaves the server alone", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  expect(number.condition.value).toBe("pull");
  await around.clock.pass(60_000);
  const asked = changesAsked(around);
  around.server.write(NUMBER, CONTACT, "more");
  await around.clock.pass(600_000);
  expect(changesAsked(around)).toBe(asked);
  expect(number.rows.value[0]?.preview?.text).toBe("hello");

  around.visible.value = false;
  await settled();
  around.visible.value = true;
  await settled();
  expect(number.rows.value[0]?.preview?.text).toBe("more");

  around.server.write(NUMBER, CONTACT, "and more");
  const seen = watch(number);
  await number.refresh();
  expect(number.rows.value[0]?.preview?.text).toBe("and more");
  expect(seen).toEqual(["pull", "catching_up", "pull"]);
  inbox.close();
});

test("without a line, what waited for a number appears soon after it was connected, or connected again", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  around.server.write(NUMBER, CONTACT, "had waited");
  await around.clock.pass(10_000);
  expect(number.rows.value[0]?.preview?.text).toBe("had waited");

  const connected = number.number.value;
  number.assign({ ...connected, state: "disconnected" });
  await around.clock.pass(60_000);
  number.assign(connected);
  await settled();
  around.server.write(NUMBER, CONTACT, "had waited too");
  await around.clock.pass(10_000);
  expect(number.rows.value[0]?.preview?.text).toBe("had waited too");
  inbox.close();
});

test("without a line one's own message gets its tick soon, because it looks again by itself", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  const thread = number.openThread(CONTACT);
  await settled();
  thread.send("on my way");
  await settled();
  around.server.report(NUMBER, thread.messages.value.at(-1)?.id ?? "", "sent");
  await around.clock.pass(2_000);
  expect(thread.messages.value.at(-1)?.status).toBe("sent");
  inbox.close();
});

test("it is live only while the line stands and has caught up", async () => {
  const around = stage();
  const { inbox, number } = await opened(around, true);
  const seen = watch(number);
  around.server.cut(1012);
  expect(number.condition.value).toBe("catching_up");
  around.server.write(NUMBER, CONTACT, "while away");
  around.server.reconnect();
  await settled();
  expect(number.rows.value[0]?.preview?.text).toBe("while away");
  expect(seen).toEqual(["live", "catching_up", "live"]);
  inbox.close();
});

test("catching up a long way is catching up until it is silent", async () => {
  const around = stage();
  const { inbox, number } = await opened(around, true);
  around.server.cut(1012);
  for (let n = 0; n < 60; n += 1) around.server.write(NUMBER, CONTACT, `line ${n}`);
  around.server.reconnect();
  expect(number.condition.value).toBe("catching_up");
  await around.clock.pass(600);
  expect(number.condition.value).toBe("live");
  inbox.close();
});

test("a line that does not come back leaves us with asking, and without any answer we are offline", async () => {
  const around = stage();
  const { inbox, number } = await opened(around, true);
  around.server.reachable = false;
  around.server.cut(1006);
  expect(number.condition.value).toBe("catching_up");
  around.server.reconnect();
  await settled();
  expect(number.condition.value).toBe("offline");

  around.server.reachable = true;
  await around.clock.pass(5_000);
  expect(number.condition.value).toBe("pull");
  around.server.reconnect();
  await settled();
  expect(number.condition.value).toBe("live");
  inbox.close();
});

test("offline it stays offline while it tries again, ever less often, and comes back by itself", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  around.server.reachable = false;
  await expect(number.refresh()).rejects.toThrow("no answer");
  const seen = watch(number);
  const asked = around.server.asked.length;
  await around.clock.pass(120_000);
  expect(around.server.asked.length - asked).toBeGreaterThan(3);
  expect(around.server.asked.length - asked).toBeLessThan(12);
  expect(seen).toEqual(["offline"]);
  around.server.reachable = true;
  await around.clock.pass(40_000);
  expect(number.condition.value).toBe("pull");
  inbox.close();
});

test("without a network the machine's word is taken at once, and its return is used at once", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  around.online.value = false;
  expect(number.condition.value).toBe("offline");
  around.server.write(NUMBER, CONTACT, "missed");
  around.online.value = true;
  await settled();
  expect(number.condition.value).toBe("pull");
  expect(number.rows.value[0]?.preview?.text).toBe("missed");
  inbox.close();
});

test("a server that is up but cannot serve is no reason to claim that all is well", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  around.server.refusals.push([503, "unavailable"]);
  await expect(number.refresh()).rejects.toMatchObject({ code: "unavailable" });
  expect(number.condition.value).toBe("offline");
  inbox.close();
});

test("a revoked token leads back to pull mode, forgotten and not signed out", async () => {
  const around = stage();
  const { inbox, number } = await opened(around, true);
  around.server.revoke(inbox.signIn.value?.token?.secret ?? "");
  await settled();
  expect(number.condition.value).toBe("pull");
  expect(inbox.live.value).toBe(false);
  expect(inbox.state.value).toBe("ready");
  expect(JSON.stringify([...around.keep.kept])).not.toContain("secret-of-token");
  inbox.close();
});

test("a cursor that the server no longer knows means a new snapshot, by line and by asking", async () => {
  for (const live of [false, true]) {
    const around = stage();
    const { inbox, number } = await opened(around, live);
    around.server.cut(1012);
    around.server.books(NUMBER).forgetFeed();
    around.server.write(NUMBER, "4915200", "somebody new");
    around.server.reconnect();
    await number.refresh();
    await settled();
    expect(number.rows.value.map(({ contact_id }) => contact_id).sort()).toEqual([CONTACT, "4915200"]);
    expect(number.condition.value).toBe(live ? "live" : "pull");
    around.server.write(NUMBER, CONTACT, "after that");
    expect(number.rows.value[0]?.preview?.text === "after that").toBe(live);
    inbox.close();
  }
});

test("a stretch of changes that does not join on is caught up by asking", async () => {
  let hear: Parameters<Stage["environment"]["openLine"]>[2] = () => {};
  const around = stage({
    openLine: (_origin, _token, heard) => {
      hear = heard;
      queueMicrotask(() => heard({ type: "welcome" }));
      return { follow: () => {}, close: () => {} };
    },
  });
  const { inbox, number } = await opened(around, true);
  const books = around.server.books(NUMBER);
  const before = books.head;
  hear({ type: "changes", number_id: NUMBER, cursor: before, changes: [] });
  expect(number.condition.value).toBe("live");

  around.server.write(NUMBER, CONTACT, "not told");
  const after = books.head;
  around.server.write(NUMBER, CONTACT, "told");
  hear({ type: "changes", number_id: NUMBER, after, cursor: books.head, changes: books.since(after, 9) ?? [] });
  expect(number.condition.value).toBe("catching_up");
  await settled();
  expect(number.condition.value).toBe("live");
  expect(number.openThread(CONTACT).messages.value.length + 0).toBe(0);
  await settled();
  expect(number.opened.value?.messages.value.length).toBe(3);

  // Told again from the beginning, as a relay does that stands further back: only the rest would be news.
  hear({
    type: "changes",
    number_id: NUMBER,
    after: before,
    cursor: books.head,
    changes: books.since(before, 9) ?? [],
  });
  expect(number.condition.value).toBe("live");
  inbox.close();
});

test("a snapshot that is refused while the line stands is asked for again, seen or not", async () => {
  for (const visible of [true, false]) {
    const around = stage();
    const { inbox, number } = await opened(around, true);
    around.visible.value = visible;
    around.server.cut(1012);
    around.server.books(NUMBER).forgetFeed();
    around.server.write(NUMBER, CONTACT, "after the loss");
    around.server.refusals.push([503, "away"]);
    around.server.reconnect();
    await settled();
    expect(number.condition.value).toBe("catching_up");
    await around.clock.pass(10_000);
    expect(number.condition.value).toBe("live");
    expect(number.rows.value[0]?.preview?.text).toBe("after the loss");
    inbox.close();
  }
});

test("when the server answers again, what waits here goes out at once and not when its own patience says so", async () => {
  const around = stage();
  const { inbox, number } = await opened(around);
  const thread = number.openThread(CONTACT);
  await settled();
  around.server.reachable = false;
  thread.send("finally");
  await around.clock.pass(300_000);
  await number.refresh().catch(() => {});
  around.server.reachable = true;
  await number.refresh();
  await settled();
  expect(thread.messages.value.at(-1)?.pending).toBeUndefined();
  inbox.close();
});
