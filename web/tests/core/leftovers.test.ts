/** What stays in this browser and what goes: signed out here or in another tab, or without a number that was there. */
import { Inbox } from "@core/inbox";
import { keptSignIn } from "@core/signin";
import { expect, test } from "vitest";
import { type Stage, settled, stage } from "../stage";

const NUMBER = "100001";

async function twoTabs(): Promise<{ around: Stage; here: Inbox; there: Inbox }> {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, "4915100", "hello");
  const here = Inbox.open(around.environment);
  await settled();
  await here.signUp({});
  await here.connectToken();
  await settled();
  const there = Inbox.open(around.environment);
  await settled();
  expect(there.state.value).toBe("ready");
  return { around, here, there };
}

test("signing out in one tab is signing out in the other, also when the server is away", async () => {
  const { around, here, there } = await twoTabs();
  around.server.reachable = false;
  await here.signOut();
  await around.clock.pass(10_000);
  expect(there.state.value).toBe("signed_out");
  expect(await keptSignIn(around.keep)).toBeNull();
  here.close();
  there.close();
});

test("a tab that learns late that its session is over leaves the next one alone", async () => {
  const { around, here } = await twoTabs();
  // A tab that was frozen all the while hears nothing of databases and of no line.
  const deaf = () => ({ follow() {}, close() {} });
  const frozen = Inbox.open({ ...around.environment, databases: null, openLine: deaf });
  await settled();
  await here.signOut();
  await here.signUp({});
  await settled();
  const next = here.signIn.value?.session;
  await frozen.current.value?.refresh().catch(() => {});
  await settled();
  expect(frozen.state.value).toBe("signed_out");
  expect((await keptSignIn(around.keep))?.session).toBe(next);
  expect(await around.keep.get("numbers")).toHaveLength(1);
  here.close();
  frozen.close();
});

test("of a number that is the workspace's no longer nothing stays, and the other one's is untouched", async () => {
  const around = stage();
  for (const id of [NUMBER, "100002"]) {
    around.server.addNumber(id);
    around.server.write(id, "4915100", "hello");
  }
  const inbox = Inbox.open(around.environment);
  await settled();
  await inbox.signUp({});
  for (const id of ["100002", NUMBER]) {
    inbox.choose(id);
    await settled();
    const thread = inbox.current.value?.openThread("4915100");
    if (thread) thread.draft.value = "half a thought";
    await around.clock.pass(2_000);
  }
  around.server.numbers.delete(NUMBER);
  await inbox.reloadNumbers();
  await around.clock.pass(2_000);
  expect(inbox.current.value?.id).toBe("100002");
  const databases = (await around.environment.databases?.databases()) ?? [];
  const kept = JSON.stringify([...around.keep.kept, ...databases.map(({ name }) => name)].sort());
  expect(kept).not.toContain(` ${NUMBER}"`);
  expect(kept).toMatch(/drafts \S+ 100002.*half a thought/);
  expect(kept).toMatch(/cloud-inbox \S+ 100002"/);
  inbox.close();
});
