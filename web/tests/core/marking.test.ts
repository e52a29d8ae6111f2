/** Nothing is marked as read that nobody has seen. */
import { expect, test } from "vitest";
import { settled, stage } from "../stage";
import { CONTACT, NUMBER, visitedLive } from "../visit";

test("what comes after somebody looked is not marked by a wish from before", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
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
