import { Inbox } from "@core/inbox";
import { expect, test } from "vitest";
import { type Stage, settled, stage } from "../stage";

const NUMBER = "100001";

async function signedIn(around: Stage): Promise<Inbox> {
  const inbox = Inbox.open(around.environment);
  await settled();
  await inbox.signUp({ agent_name: "Ada" });
  await settled();
  return inbox;
}

test("somebody new signs up, and sees the conversations of the number", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, "4915100", "hello");

  const inbox = Inbox.open(around.environment);
  expect(inbox.state.value).toBe("opening");
  await settled();
  expect(inbox.state.value).toBe("signed_out");
  await inbox.signUp({ agent_name: "Ada" });
  await settled();

  expect(inbox.state.value).toBe("ready");
  expect(inbox.current.value?.rows.value.map(({ preview }) => preview?.text)).toEqual(["hello"]);
  expect(inbox.current.value?.condition.value).toBe("pull");
  expect(inbox.current.value?.unread.value).toBe(1);
  inbox.close();
});

test("a connected token brings changes live, and a message goes out and climbs", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, "4915100", "hello");
  const inbox = await signedIn(around);
  await inbox.connectToken();
  await settled();
  const number = inbox.current.value;
  expect(number?.condition.value).toBe("live");

  const thread = number?.openThread("4915100");
  await settled();
  expect(thread?.messages.value.length).toBe(1);
  expect(thread?.unreadFrom.value).toBe(thread?.messages.value[0]?.id);
  thread?.markRead();
  await around.clock.pass(10);
  around.server.write(NUMBER, "4915100", "anybody there?");
  await around.clock.pass(10);
  thread?.send("yes");
  expect(thread?.messages.value.at(-1)?.pending?.state).toBeDefined();
  await settled();

  expect(thread?.messages.value.map(({ status, pending }) => [status, pending])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    ["queued", undefined],
  ]);
  around.server.report(NUMBER, thread?.messages.value.at(-1)?.id ?? "", "delivered");
  expect(thread?.messages.value.at(-1)?.status).toBe("delivered");
  inbox.close();
});

test("it opens from the cache with the network off", async () => {
  const before = stage();
  before.server.addNumber(NUMBER);
  before.server.write(NUMBER, "4915100", "hello");
  const inbox = await signedIn(before);
  inbox.current.value?.openThread("4915100");
  await before.clock.pass(2_000);
  inbox.close();
  await settled();

  before.server.reachable = false;
  const after = Inbox.open(before.environment);
  await settled();
  expect(after.state.value).toBe("ready");
  expect(after.current.value?.condition.value).toBe("offline");
  expect(after.current.value?.rows.value.length).toBe(1);
  expect(after.current.value?.opened.value?.messages.value.length).toBe(1);
  after.close();
});
