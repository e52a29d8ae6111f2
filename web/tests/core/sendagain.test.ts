/** One press, one message: also where the press is on *Send again*, by a double click or a key that is held down. */
import { words } from "@core/placeholder";
import { expect, test } from "vitest";
import { settled, stage } from "../stage";
import { CONTACT, NUMBER, visitedLive } from "../visit";

test("a failed message is said again once, however often the button or the key is pressed", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  const thread = number.openThread(CONTACT);
  await settled();
  thread.send("now");
  await around.clock.pass(10);
  const failed = thread.messages.value.at(-1)?.id ?? "";
  around.server.report(NUMBER, failed, "failed");
  await settled();
  thread.sendAgain(failed);
  thread.sendAgain(failed);
  await settled();
  thread.sendAgain(failed);
  await around.clock.pass(10);
  expect(thread.messages.value.map(words)).toEqual(["hello", "now", "now"]);
  around.server.report(NUMBER, thread.messages.value.at(-1)?.id ?? "", "failed");
  await settled();
  thread.sendAgain(failed);
  expect(thread.messages.value.map(words)).toEqual(["hello", "now", "now", "now"]);
  inbox.close();
});
