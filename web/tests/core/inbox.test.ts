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

/** Everything that is kept in this browser, as one text. */
async function everythingKept(around: Stage): Promise<string> {
  const databases = (await around.environment.databases?.databases()) ?? [];
  return JSON.stringify([...around.keep.kept, ...databases.map(({ name }) => name)]);
}

test("what another build kept in another shape counts as nothing", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  const inbox = await signedIn(around);
  inbox.close();
  for (const kept of [[null], ["1"], { numbers: [] }, "none"]) {
    await around.keep.set("numbers", kept);
    const after = Inbox.open(around.environment);
    await settled();
    expect(after.state.value).toBe("ready");
    after.close();
  }
});

test("signing out leaves nothing behind, also when the server is away", async () => {
  for (const reachable of [true, false]) {
    const around = stage();
    around.server.addNumber(NUMBER);
    around.server.write(NUMBER, "4915100", "private words");
    const inbox = await signedIn(around);
    await inbox.connectToken();
    const thread = inbox.current.value?.openThread("4915100");
    await settled();
    if (thread) thread.draft.value = "half a thought";
    await around.clock.pass(2_000);
    expect(await everythingKept(around)).toContain("4915100");

    around.server.reachable = reachable;
    await inbox.signOut();
    await around.clock.pass(10_000);
    expect(inbox.state.value).toBe("signed_out");
    expect(inbox.ended.value).toBe("signed_out");
    expect(inbox.current.value).toBeNull();
    expect(await everythingKept(around)).not.toMatch(/4915100|secret|thought|session|cloud-inbox/);
    expect([...around.server.credentials.keys()].length).toBe(reachable ? 0 : 2);

    const asked = around.server.asked.length;
    around.server.write(NUMBER, "4915100", "nobody is here");
    around.visible.value = false;
    around.visible.value = true;
    await around.clock.pass(60_000);
    expect(around.server.asked.length).toBe(asked); // nobody goes on following
    expect(await everythingKept(around)).not.toContain("cloud-inbox");
    inbox.close();
  }
});

test("a session that somebody ended is over here, too, and wiped", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, "4915100", "private words");
  const inbox = await signedIn(around);
  await inbox.connectToken();
  await around.clock.pass(2_000);
  around.server.revoke(inbox.signIn.value?.session ?? "");
  await around.clock.pass(5_000);
  expect(inbox.state.value).toBe("signed_out");
  expect(inbox.ended.value).toBe("revoked");
  expect(await everythingKept(around)).not.toMatch(/4915100|secret|cloud-inbox/);

  await inbox.signUp({});
  await settled();
  expect(inbox.state.value).toBe("ready");
  expect(inbox.ended.value).toBeNull();
  inbox.close();
});

test("without a number it is unconnected, and opens the first that is connected", async () => {
  const around = stage();
  const inbox = await signedIn(around);
  expect(inbox.state.value).toBe("unconnected");
  around.server.addNumber(NUMBER);
  await inbox.reloadNumbers();
  await settled();
  expect(inbox.state.value).toBe("ready");
  expect(inbox.current.value?.id).toBe(NUMBER);
  inbox.close();
});

test("the number that was chosen and the conversation that was open are open again after a reload", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.addNumber("100002");
  around.server.write("100002", "4915100", "hello");
  const inbox = await signedIn(around);
  inbox.choose("100002");
  await settled();
  inbox.current.value?.openThread("4915100");
  await around.clock.pass(2_000);
  inbox.close();

  const again = Inbox.open(around.environment);
  await settled();
  expect(again.current.value?.id).toBe("100002");
  expect(again.current.value?.opened.value?.contact_id.value).toBe("4915100");
  again.current.value?.closeThread();
  again.close();
  await settled();
  const third = Inbox.open(around.environment);
  await settled();
  expect(third.current.value?.opened.value).toBeNull();
  third.close();
});

test("a token from elsewhere is taken only when it is one, of this workspace, and may go live", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  const inbox = await signedIn(around);
  const token = async (scopes: ("read" | "live")[]) =>
    (await inbox.api.post("/v1/tokens", { body: { name: "x", scopes, ends_with_session: false } })).token;

  await expect(inbox.useToken(inbox.signIn.value?.session ?? "")).rejects.toMatchObject({ code: "not_a_token" });
  await expect(inbox.useToken("nonsense")).rejects.toMatchObject({ status: 401 });
  await expect(inbox.useToken(await token(["read"]))).rejects.toMatchObject({ code: "scope" });
  expect(inbox.state.value).toBe("ready");
  expect(inbox.live.value).toBe(false);

  const good = await token(["read", "live"]);
  await inbox.useToken(good);
  await settled();
  expect(inbox.current.value?.condition.value).toBe("live");
  await inbox.disconnectToken();
  await settled();
  expect(inbox.current.value?.condition.value).toBe("pull");
  expect(around.server.credentials.has(good)).toBe(true); // somebody else's to revoke
  inbox.close();
});

test("disconnecting revokes the token that was made here", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  const inbox = await signedIn(around);
  await inbox.connectToken();
  const secret = inbox.signIn.value?.token?.secret ?? "";
  await inbox.disconnectToken();
  expect(around.server.credentials.has(secret)).toBe(false);
  inbox.close();
});

test("an invite leads into its workspace, a wrong one is refused in the server's words", async () => {
  const around = stage();
  around.server.join_key = "open sesame";
  const inbox = Inbox.open(around.environment);
  await settled();
  await expect(inbox.signUp({})).rejects.toMatchObject({ status: 403, code: "join_key" });
  await expect(inbox.signUp({ invite: "no" })).rejects.toMatchObject({ code: "invite" });
  expect(inbox.state.value).toBe("signed_out");
  await inbox.signUp({ invite: around.server.invite() });
  expect(inbox.state.value).toBe("unconnected");
  inbox.close();
});

test("with storage denied it works, and knows nothing after a reload", async () => {
  const denied = () => Promise.reject(new DOMException("denied", "SecurityError"));
  const around = stage({ databases: null });
  around.environment.keep = { get: denied, set: denied, remove: denied };
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, "4915100", "hello");
  const inbox = await signedIn(around);
  const thread = inbox.current.value?.openThread("4915100");
  await settled();
  thread?.send("hi");
  await settled();
  expect(thread?.messages.value.length).toBe(2);
  await inbox.signOut();
  expect(inbox.state.value).toBe("signed_out");
  inbox.close();
});

test("a laptop with a wrong clock that sleeps still knows the server's time", async () => {
  const around = stage();
  around.server.ahead_ms = 5 * 3_600_000;
  around.server.addNumber(NUMBER);
  const inbox = await signedIn(around);
  const off_ms = () => Math.abs(inbox.time.now() - around.server.now_ms);
  expect(off_ms()).toBeLessThan(1_100);
  around.clock.set(around.clock.now() - 86_400_000);
  await around.clock.pass(6_000);
  expect(off_ms()).toBeLessThan(1_100);
  inbox.close();

  around.server.reachable = false;
  const again = Inbox.open(around.environment);
  await settled();
  expect(again.time.known.value).toBe(false);
  expect(off_ms()).toBeLessThan(3_100);
  again.close();
});
