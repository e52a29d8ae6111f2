/** Nothing is marked as read that nobody has seen. */
import { Inbox } from "@core/inbox";
import type { OpenNumber } from "@core/opennumber";
import { expect, test } from "vitest";
import { settled, stage } from "../stage";

const NUMBER = "100001";
const CONTACT = "4915100";

test("what comes after somebody looked is not marked by a wish from before", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, CONTACT, "hello");
  const inbox = Inbox.open(around.environment);
  await settled();
  await inbox.signUp({});
  await inbox.connectToken();
  await settled();
  const number = inbox.current.value as OpenNumber;
  const thread = number.openThread(CONTACT);
  await settled();
  thread.markRead();
  thread.markRead(); // while the first is on its way
  await settled();
  around.server.write(NUMBER, CONTACT, "unseen");
  await settled();
  expect(thread.conversation.value?.unread).toBe(1);

  around.server.refusals.push([503, "unavailable"]);
  thread.markRead();
  around.visible.value = false;
  await settled();
  around.server.write(NUMBER, CONTACT, "unseen, too");
  await settled();
  expect(thread.conversation.value?.unread).toBe(2);
  inbox.close();
});
