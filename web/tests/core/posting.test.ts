/** What is said goes through the number that is open, and by itself to any other. */
import { openOutbox } from "@core/posting";
import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { stage } from "../stage";
import { NUMBER, visitedLive } from "../visit";
import { rest, saying } from "./desk";

test("a message to the open number is shown as soon as the server has it, one to another is only posted", async () => {
  const around = stage();
  const { inbox, number } = await visitedLive(around);
  around.server.addNumber("100002");
  around.server.write("100002", "4915100", "hello");
  const outbox = openOutbox({
    environment: around.environment,
    api: inbox.api,
    time: { now: () => around.clock.now(), known: signal(true) } as never,
    workspace_id: "another",
    current: () => number,
    wiped: () => {},
  });
  const thread = number.openThread("4915100");
  await rest();
  const here = outbox.add({ ...saying("here", "4915100"), number_id: NUMBER });
  outbox.add({ ...saying("there", "4915100"), number_id: "100002" });
  await rest();
  expect(thread.messages.value.some(({ id }) => id === here?.id)).toBe(true);
  expect(around.server.asked.filter((asked) => asked.startsWith("POST") && asked.includes("100002"))).toHaveLength(1);
  expect(outbox.entries.value).toEqual([]);
  outbox.close();
  inbox.close();
});
