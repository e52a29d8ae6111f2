import { expect, test } from "vitest";
import { settled, stage } from "../stage";
import { body, CONTACT, NUMBER, visitedLive } from "../visit";

test("the separator stands before the first message that was unread when the conversation was opened", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around, ["one", "two", "three"]);
  const books = around.server.books(NUMBER);
  const messages = books.messages(CONTACT, null, 9)?.rows ?? [];
  books.read(CONTACT, messages[2]?.id ?? "");
  const thread = number.openThread(CONTACT);
  await settled();
  expect(thread.unreadFrom.value).toBe(messages[1]?.id);
  thread.markRead();
  await settled();
  expect(thread.conversation.value?.unread).toBe(0);
  await around.clock.pass(10);
  around.server.write(NUMBER, CONTACT, "one more");
  await settled();
  expect(thread.conversation.value?.unread).toBe(1);
  expect(thread.unreadFrom.value).toBe(messages[1]?.id);
  inbox.close();
});

test("read is told once, only when something is unread, and again when the line is back", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const reads = () => around.server.asked.filter((each) => each.endsWith("/read")).length;
  const thread = number.openThread(CONTACT);
  await settled();
  thread.markRead();
  thread.markRead();
  await settled();
  thread.markRead();
  await settled();
  expect(reads()).toBe(1);

  around.server.refusals.push([503, "unavailable"]);
  around.server.write(NUMBER, CONTACT, "again");
  thread.markRead();
  await settled();
  expect(thread.conversation.value?.unread).toBe(1);
  around.server.write(NUMBER, CONTACT, "and again");
  await settled();
  expect(thread.conversation.value?.unread).toBe(0);
  inbox.close();
});

test("a message that Meta delivers late is read with the others, though it stands above them", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  const yesterday = new Date(around.server.now_ms - 86_400_000).toISOString();
  await around.clock.pass(10);
  around.server.write(NUMBER, CONTACT, "late", { sent_at: yesterday });
  await settled();
  expect(thread.messages.value.map(body)).toEqual(["late", "hello"]);
  thread.markRead();
  await settled();
  expect(thread.conversation.value?.unread).toBe(0);
  inbox.close();
});

test("without a line, read is told once although it is still shown unread for a moment", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  await inbox.disconnectToken();
  await settled();
  const thread = number.openThread(CONTACT);
  await settled();
  for (let n = 0; n < 3; n += 1) {
    thread.markRead();
    await settled();
  }
  expect(thread.conversation.value?.unread).toBe(1);
  expect(around.server.asked.filter((each) => each.endsWith("/read")).length).toBe(1);
  await around.clock.pass(2_000);
  expect(thread.conversation.value?.unread).toBe(0);
  inbox.close();
});

test("marked unread it stands out again until it is read again", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  thread.markRead();
  await settled();
  await thread.markUnread();
  await settled();
  expect(thread.conversation.value?.marked_unread).toBe(true);
  thread.markRead();
  await settled();
  expect(thread.conversation.value?.unread).toBe(0);
  inbox.close();
});

test("older messages come page by page down to the first", async () => {
  const around = stage();
  const said = Array.from({ length: 170 }, (_, n) => `line ${n}`);
  const { inbox, number } = await visitedLive(around, said);
  const thread = number.openThread(CONTACT);
  await settled();
  expect(thread.messages.value.length).toBe(50);
  expect(thread.atStart.value).toBe(false);
  await Promise.all([thread.earlier(), thread.earlier()]);
  expect(thread.messages.value.length).toBe(150);
  await thread.earlier();
  await thread.earlier();
  expect(thread.messages.value.map(body)).toEqual(said);
  expect(thread.atStart.value).toBe(true);
  inbox.close();
});

test("what is typed goes out once the line is back, and stands last until then", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  around.online.value = false;
  around.server.reachable = false;
  thread.draft.value = "see you";
  thread.send("see you");
  expect(thread.draft.value).toBe("");
  await around.clock.pass(10_000);
  expect(thread.messages.value.length).toBe(2);
  expect(thread.messages.value.at(-1)?.pending).toEqual({ state: "waiting" });

  around.server.reachable = true;
  around.online.value = true;
  await around.clock.pass(1_000);
  expect(thread.messages.value.map(({ pending }) => pending)).toEqual([undefined, undefined]);
  expect(around.server.books(NUMBER).messages(CONTACT, null, 9)?.rows.length).toBe(2);
  inbox.close();
});

test("a reaction shows at once, stays when the server has it, and can be taken back", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  const emoji = () => thread.messages.value[0]?.reactions?.map((each) => each.emoji) ?? [];
  const id = thread.messages.value[0]?.id ?? "";
  thread.react(id, "👍");
  expect(emoji()).toEqual(["👍"]);
  await settled();
  expect(emoji()).toEqual(["👍"]);
  expect(thread.messages.value.length).toBe(1);
  thread.react(id, "");
  expect(emoji()).toEqual([]);
  await settled();
  expect(emoji()).toEqual([]);
  inbox.close();
});

test("the newest failure is shown until it is put away, sent again, or something newer went well", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  const say = async (text: string, status: "failed" | "sent" | "unknown") => {
    thread.send(text);
    await around.clock.pass(20);
    const id = thread.messages.value.at(-1)?.id ?? "";
    around.server.report(NUMBER, id, status);
    return id;
  };
  await settled();
  const first = await say("one", "failed");
  expect(thread.failure.value?.id).toBe(first);
  thread.dismissFailure();
  expect(thread.failure.value).toBeNull();

  const second = await say("two", "unknown");
  expect(thread.failure.value?.id).toBe(second);
  thread.sendAgain(second);
  await around.clock.pass(20);
  expect(thread.failure.value).toBeNull();
  expect(thread.messages.value.map(body)).toEqual(["hello", "one", "two", "two"]);
  expect(new Set(thread.messages.value.map(({ id }) => id)).size).toBe(4);

  await say("three", "failed");
  await say("four", "sent");
  expect(thread.failure.value).toBeNull();
  inbox.close();
});

test("what our own server refuses says so, and can be discarded", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  around.server.refusals.push([409, "disconnected"]);
  thread.send("hello?");
  await settled();
  const refused = thread.messages.value.at(-1);
  expect(refused?.pending).toMatchObject({ state: "refused", code: "disconnected" });
  expect(thread.failure.value?.id).toBe(refused?.id);
  thread.discard(refused?.id ?? "");
  expect(thread.messages.value.length).toBe(1);
  inbox.close();
});

test("at most two thousand messages are held of a conversation that is followed", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(
    around,
    Array.from({ length: 60 }, (_, n) => `${n}`),
  );
  const thread = number.openThread(CONTACT);
  await settled();
  const books = around.server.books(NUMBER);
  for (let batch = 0; batch < 24; batch += 1) {
    books.put(
      CONTACT,
      Array.from({ length: 100 }, (_, n) => around.server.message(NUMBER, CONTACT, `${batch}.${n}`)),
    );
    await around.clock.pass(600);
  }
  expect(thread.messages.value.length).toBeLessThanOrEqual(2_000);
  expect(body(thread.messages.value.at(-1) as never)).toBe("23.99");
  await thread.earlier();
  expect(thread.atStart.value).toBe(false);
  inbox.close();
});
