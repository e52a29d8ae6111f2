/** A conversation is of a person, whatever ids that person goes by. */
import { Inbox } from "@core/inbox";
import type { OpenNumber } from "@core/opennumber";
import { expect, test } from "vitest";
import { settled, stage } from "../stage";
import { body, CONTACT, NUMBER, visitedLive } from "../visit";

test("a contact whose identity changes goes on in the open conversation, draft and all", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  thread.draft.value = "half a";
  around.server.books(NUMBER).relabel(CONTACT, "US.42");
  await settled();
  expect(thread.contact_id.value).toBe("US.42");
  expect(thread.conversation.value?.contact_id).toBe("US.42");
  expect(thread.messages.value.map(({ contact_id }) => contact_id)).toEqual(["US.42"]);
  expect(thread.draft.value).toBe("half a");
  thread.send("still here");
  await settled();
  expect(thread.messages.value.length).toBe(2);
  expect(number.openThread(CONTACT)).toBe(thread);
  inbox.close();
});

test("two conversations that turn out to be one show what both said", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around, ["from the phone"]);
  around.server.write(NUMBER, "US.42", "from the username");
  const thread = number.openThread(CONTACT);
  await settled();
  around.server.books(NUMBER).relabel(CONTACT, "US.42");
  await settled();
  expect(thread.messages.value.map(body)).toEqual(["from the phone", "from the username"]);
  expect(number.rows.value.length).toBe(1);
  inbox.close();
});

test("an erased conversation leaves nothing on the screen", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  around.server.books(NUMBER).erase(CONTACT);
  await settled();
  expect(thread.messages.value).toEqual([]);
  expect(thread.conversation.value).toBeNull();
  expect(number.opened.value).toBeNull();
  inbox.close();
});

test("a conversation that is not in the list, as search finds, opens by any of its contact's ids", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  for (let n = 0; n < 120; n += 1) {
    around.server.write(NUMBER, `49${1000 + n}`, "hi");
    await around.clock.pass(1);
  }
  const inbox = Inbox.open(around.environment);
  await settled();
  await inbox.signUp({});
  await settled();
  const number = inbox.current.value as OpenNumber;
  expect(number.rows.value.length).toBe(100);
  const found = await number.search("491003");
  expect(found.rows.map(({ contact_id }) => contact_id)).toEqual(["491003"]);
  around.server.books(NUMBER).relabel("491003", "US.3");
  const thread = number.openThread("491003");
  await settled();
  expect(thread.contact_id.value).toBe("US.3");
  expect(thread.messages.value.length).toBe(1);
  await number.more();
  expect(number.rows.value.length).toBe(120);
  expect(number.complete.value).toBe(true);
  inbox.close();
});
