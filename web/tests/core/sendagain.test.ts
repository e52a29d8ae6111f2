/** One press, one message: also where the press is on *Send again*, by a double click or a key that is held down. */
import { Inbox } from "@core/inbox";
import type { OpenNumber } from "@core/opennumber";
import { words } from "@core/placeholder";
import { expect, test } from "vitest";
import { settled, stage } from "../stage";

const NUMBER = "100001";
const CONTACT = "4915100";

test("a failed message is said again once, however often the button or the key is pressed", async () => {
  const around = stage();
  around.server.addNumber(NUMBER);
  around.server.write(NUMBER, CONTACT, "hello");
  await around.clock.pass(10);
  const inbox = Inbox.open(around.environment);
  await settled();
  await inbox.signUp({});
  await inbox.connectToken();
  await settled();
  const number = inbox.current.value as OpenNumber;
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
