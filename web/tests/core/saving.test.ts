import type { Cache } from "@core/cache";
import type { Cached } from "@core/cached";
import { ChatState } from "@core/chatstate";
import { Saving } from "@core/saving";
import { expect, test } from "vitest";
import { aNumber } from "../books";
import { type Stage, stage } from "../stage";
import { conversation, inbound } from "./said";

function begin(around: Stage) {
  const state = new ChatState(aNumber("1"), { told() {}, relabelled() {}, erased() {}, gone() {} });
  const saved: { cached: Cached; changed: ReadonlySet<string> }[] = [];
  const save: Cache["save"] = async (cached, changed) => void saved.push({ cached, changed });
  const cache: Cache = { load: async () => null, save, wipe: async () => {}, close() {} };
  let cursor: string | null = null;
  const saving = new Saving(state, () => cursor, cache, around.environment);
  const say = (to: string, id = to) => {
    cursor = to;
    state.apply([{ cursor: to, kind: "message", value: inbound({ id, contact_id: "c" }) }]);
  };
  return { state, saved, saving, say };
}

test("nothing is kept before there is a cursor to go on from", async () => {
  const around = stage();
  const { saved, saving } = begin(around);
  await around.clock.pass(10_000);
  expect(saved).toEqual([]);
  saving.close();
});

test("it is written when calm, and while busy every few seconds", async () => {
  const around = stage();
  const { saved, saving, say } = begin(around);
  for (let n = 0; n < 100; n += 1) {
    say(`${n}-0.a`);
    await around.clock.pass(100);
  }
  expect(saved.length).toBeGreaterThanOrEqual(1);
  expect(saved.length).toBeLessThanOrEqual(3);
  await around.clock.pass(1_500);
  expect(saved.at(-1)?.cached.cursor).toBe("99-0.a");
  const count = saved.length;
  await around.clock.pass(60_000);
  expect(saved.length).toBe(count);
  saving.close();
});

test("a window that goes out of sight is written at once: it may be the last moment", async () => {
  const around = stage();
  const { saved, saving, say } = begin(around);
  say("1-0.a");
  around.visible.value = false;
  expect(saved.at(-1)?.cached.cursor).toBe("1-0.a");
  saving.close();
});

test("only conversations whose messages changed are written again, and no more than a bounded part", async () => {
  const around = stage();
  const { state, saved, saving, say } = begin(around);
  const history = state.hold("c", "c");
  await state.ask(
    async () => ({
      messages: Array.from({ length: 900 }, (_, n) => inbound({ id: `m${n}`, contact_id: "c" })).reverse(),
      next: "x",
    }),
    (page, { messages: { meanwhile, moment } }) => {
      history.land(page, meanwhile, moment);
      state.landed(history, page.messages);
    },
  );
  state.edit(() =>
    state.conversations.replace(
      Array.from({ length: 700 }, (_, n) => conversation({ contact_id: `d${n}` })),
      [],
      true,
    ),
  );
  say("1-0.a");
  await around.clock.pass(2_000);
  expect([...(saved.at(-1)?.changed ?? [])]).toEqual(["c"]);
  const thread = saved.at(-1)?.cached.threads[0];
  expect(thread?.messages.length).toBe(200);
  expect(thread?.stale).toBe(true); // no page ends there: shown at once, then read again
  state.apply([{ cursor: "2-0.a", kind: "conversation", value: conversation({ contact_id: "d1" }) }]);
  await around.clock.pass(2_000);
  expect([...(saved.at(-1)?.changed ?? [])]).toEqual([]);
  saving.close();
});
