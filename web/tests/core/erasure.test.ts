/** Whoever is erased is gone from this browser at once: from memory, databases, drafts, what waits, and what was open. */
import { seek } from "@core/erasure";
import { Inbox } from "@core/inbox";
import { expect, test } from "vitest";
import { type Stage, settled, stage } from "../stage";
import { body, CONTACT, NUMBER, type Visit, visited, visitedLive } from "../visit";

const SECRETS = ["hush-said", "hush-typed", "hush-waits", "hush-name", CONTACT];

/** A conversation with all that a browser may keep of it: read, typed, waiting to be sent, open. */
async function spoken(around: Stage, live = true): Promise<Visit> {
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, CONTACT, "hush-said");
  around.server.books(NUMBER).put(CONTACT, [], { name: "hush-name" });
  around.server.write(NUMBER, "4920", "somebody else");
  const visit = await visited(around, live);
  const thread = visit.number.openThread(CONTACT);
  await settled();
  around.server.journey = async (path, leg) => {
    const isPost = around.server.asked.at(-1) === `POST ${path}`;
    if (leg === "there" && isPost && path.endsWith("/messages")) throw new TypeError("nothing gets out");
  };
  thread.send("hush-waits");
  thread.draft.value = "hush-typed";
  await around.clock.pass(2_000);
  return visit;
}

/** Everything in every database and in the small memory, as text. */
async function kept({ environment, keep }: Stage): Promise<string> {
  const factory = environment.databases as IDBFactory;
  const found: unknown[] = [...keep.kept];
  for (const { name } of await factory.databases()) {
    const database = await asked(factory.open(name as string));
    for (const store of database.objectStoreNames) {
      const reading = database.transaction(store).objectStore(store);
      found.push(name, await asked(reading.getAllKeys()), await asked(reading.getAll()));
    }
    database.close();
  }
  return JSON.stringify(found);
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function traces(around: Stage): Promise<string[]> {
  const text = await kept(around);
  return SECRETS.filter((secret) => text.includes(secret));
}

test("what a test looks for is there before", async () => {
  const around = stage();
  const { inbox } = await spoken(around);
  expect(await traces(around)).toEqual(SECRETS);
  inbox.close();
});

test("a conversation that the feed takes away leaves nothing behind, and the others stay", async () => {
  const around = stage();
  const { inbox, number } = await spoken(around);
  around.server.books(NUMBER).erase(CONTACT);
  await settled(300);
  expect(await traces(around)).toEqual([]);
  expect(number.opened.value).toBeNull();
  expect(number.rows.value.map(({ contact_id }) => contact_id)).toEqual(["4920"]);
  expect(await kept(around)).toContain("somebody else");
  inbox.close();
  await around.clock.pass(5_000);
  expect(await traces(around)).toEqual([]);
});

test("it is gone at once from the browser in which somebody erased it, also in pull mode", async () => {
  const around = stage();
  const { inbox, number } = await spoken(around, false);
  const receipt = await number.erase(CONTACT);
  await settled(300);
  expect([receipt.contact_id, receipt.removed.messages]).toEqual([CONTACT, 1]);
  expect(await traces(around)).toEqual([]);
  expect(around.server.books(NUMBER).contact_ids).toEqual(["4920"]);
  inbox.close();
});

test("a browser that was offline forgets when it comes back, by the feed or by a fresh snapshot", async () => {
  for (const isLost of [false, true]) {
    const around = stage();
    const { inbox } = await spoken(around, false);
    inbox.close();
    await around.clock.pass(5_000);
    around.server.books(NUMBER).erase(CONTACT);
    if (isLost) around.server.books(NUMBER).forgetFeed();
    const again = Inbox.open(around.environment);
    await around.clock.pass(5_000);
    await again.current.value?.refresh();
    await around.clock.pass(5_000);
    expect(await traces(around), `feed lost: ${isLost}`).toEqual([]);
    expect(again.current.value?.opened.value).toBeNull();
    again.close();
  }
});

test("what was erased below the end of the list goes with the next snapshot, too", async () => {
  const around = stage();
  const { inbox, number } = await spoken(around, false);
  for (let n = 0; n < 150; n += 1) around.server.write(NUMBER, `47${1000 + n}`, "newer");
  number.closeThread();
  around.server.books(NUMBER).erase(CONTACT);
  around.server.books(NUMBER).forgetFeed();
  await number.refresh();
  await around.clock.pass(5_000);
  expect(number.complete.value).toBe(false);
  expect(await traces(around)).toEqual([]);
  inbox.close();
});

test("what was only read goes with the next snapshot, too", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around, ["hush-said"]);
  number.openThread(CONTACT);
  await settled();
  number.closeThread();
  await around.clock.pass(2_000);
  expect(await traces(around)).toContain("hush-said");
  around.server.cut(1012);
  around.server.books(NUMBER).erase(CONTACT);
  around.server.books(NUMBER).forgetFeed();
  await number.refresh();
  await around.clock.pass(2_000);
  expect(await traces(around)).toEqual([]);
  inbox.close();
});

test("a contact who is still there, below the end of the list, keeps what is typed and what waits", async () => {
  const around = stage();
  const { inbox, number } = await spoken(around, false);
  for (let n = 0; n < 150; n += 1) around.server.write(NUMBER, `47${1000 + n}`, "newer");
  around.server.books(NUMBER).forgetFeed();
  await number.refresh();
  expect(number.opened.value?.draft.value).toBe("hush-typed");
  expect(number.opened.value?.messages.value.map(body)).toContain("hush-said");
  inbox.close();
});

test("a whole number that is erased leaves nothing behind, wherever it was erased", async () => {
  for (const elsewhere of [false, true]) {
    const around = stage();
    const { inbox } = await spoken(around, elsewhere);
    if (elsewhere) around.server.eraseNumber(NUMBER);
    else await inbox.eraseNumber(NUMBER);
    await settled(300);
    await around.clock.pass(5_000);
    expect(await traces(around), `elsewhere: ${elsewhere}`).toEqual([]);
    expect(inbox.state.value).toBe("unconnected");
    inbox.close();
  }
});

test("a number that was erased and connected again meanwhile begins anew", async () => {
  const around = stage();
  const { inbox, number } = await spoken(around);
  around.server.eraseNumber(NUMBER, () => void around.server.addNumber(NUMBER));
  await settled(300);
  await around.clock.pass(5_000);
  expect(await traces(around)).toEqual([]);
  expect(inbox.current.value).not.toBe(number);
  expect(inbox.current.value?.rows.value).toEqual([]);
  inbox.close();
});

test("who is asked for is found under the present id, or is nobody; no answer is neither", async () => {
  const around = stage();
  const { inbox } = await visitedLive(around);
  around.server.books(NUMBER).relabel(CONTACT, "US.42");
  expect(await seek(inbox.api, NUMBER, CONTACT)).toBe("US.42");
  expect(await seek(inbox.api, NUMBER, "4999")).toBeNull();
  around.server.reachable = false;
  await expect(seek(inbox.api, NUMBER, CONTACT)).rejects.toThrow();
  inbox.close();
});
