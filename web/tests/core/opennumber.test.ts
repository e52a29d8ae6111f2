import { Inbox } from "@core/inbox";
import { expect, test } from "vitest";
import { settled, stage } from "../stage";
import { CONTACT, NUMBER, visited, visitedMany } from "../visit";

test("a cache of another build is as good as none", async () => {
  const around = stage();
  const { inbox } = await visitedMany(around, 3);
  await around.clock.pass(2_000);
  inbox.close();
  await settled();
  const name =
    (await around.environment.databases?.databases())?.find((each) => each.name?.includes(NUMBER))?.name ?? "";
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = around.environment.databases?.open(name);
    if (opening) opening.onsuccess = () => resolve(opening.result);
  });
  const store = database.transaction("cache", "readwrite").objectStore("cache");
  const head = await new Promise<Record<string, unknown>>((resolve) => {
    const reading = store.get("head");
    reading.onsuccess = () => resolve(reading.result as Record<string, unknown>);
  });
  store.put({ ...head, aside: undefined }, "head");
  database.close();
  await settled();

  const again = Inbox.open(around.environment);
  await settled();
  expect(again.state.value).toBe("ready");
  await again.current.value?.refresh();
  expect(again.current.value?.rows.value.length).toBe(3);
  again.close();
});

test("it counts the conversations with something unread, and knows when it was last heard", async () => {
  const around = stage();
  const { inbox, number } = await visitedMany(around, 3);
  expect(number.unread.value).toBe(3);
  await around.clock.pass(60_000);
  const heard = number.refreshed_at.value ?? 0;
  await around.clock.pass(60_000);
  expect(number.refreshed_at.value).toBe(heard);
  await number.refresh();
  expect((number.refreshed_at.value ?? 0) - heard).toBeGreaterThan(55_000);
  inbox.close();
});

test("what waits and what was typed goes on under the new id, also when the feed that told of it was lost", async () => {
  for (const is_open of [true, false]) {
    const around = stage();
    around.server.addNumber(NUMBER);
    around.server.write(NUMBER, CONTACT, "hello");
    const { inbox, number } = await visited(around, false);
    const thread = number.openThread(CONTACT);
    await settled();
    around.server.reachable = false;
    thread.send("on my way");
    await settled();
    thread.draft.value = "half a thought";
    await around.clock.pass(1_000);
    if (!is_open) number.closeThread();
    around.server.books(NUMBER).relabel(CONTACT, "US.42");
    around.server.books(NUMBER).forgetFeed();
    around.server.reachable = true;
    for (let n = 0; n < 12; n += 1) around.server.refusals.push([503, "away"]);
    await around.clock.pass(60_000);
    around.server.refusals.length = 0;
    around.server.journey = async (path) => {
      if (path.endsWith("/messages")) await new Promise(() => {});
    };
    await number.refresh();
    await settled();
    const now = is_open ? thread : number.openThread("US.42");
    await settled();
    expect(now.contact_id.value).toBe("US.42");
    expect(now.draft.value).toBe("half a thought");
    expect(now.messages.value.filter(({ pending }) => pending).length).toBe(1);
    inbox.close();
  }
});
