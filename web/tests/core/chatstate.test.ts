import type { Change, Message } from "@core/chat";
import { ChatState } from "@core/chatstate";
import { effect } from "@preact/signals";
import { expect, test } from "vitest";
import { aNumber } from "../books";
import { conversation, inbound } from "./said";

function begin() {
  const seen = { told: [] as string[], relabelled: [] as string[], erased: [] as string[], gone: 0 };
  const state = new ChatState(aNumber("1"), {
    told: (messages) => void seen.told.push(...messages.map(({ id }) => id)),
    relabelled: (from, to) => void seen.relabelled.push(`${from} ${to}`),
    erased: (contact_ids) => void seen.erased.push(...contact_ids),
    gone: () => {
      seen.gone += 1;
    },
  });
  return { state, seen };
}

const land = (state: ChatState, contact_id: string, messages: readonly Message[]) =>
  state.edit(() =>
    state
      .hold(contact_id, contact_id)
      .replace([{ messages, next: null }], { allSince: () => [], since: () => undefined } as never, 0),
  );
const removed = (value: object): Change =>
  ({ cursor: "1-0.a", kind: "removed", value: { number_id: "1", of: "conversation", ...value } }) as Change;

test("many changes are shown at once, and who has to know is told of their messages", () => {
  const { state, seen } = begin();
  let shown = 0;
  effect(() => {
    void state.version.value;
    shown += 1;
  });
  state.apply([
    { cursor: "1-0.a", kind: "message", value: inbound({ id: "a", contact_id: "c" }) },
    { cursor: "2-0.a", kind: "message", value: inbound({ id: "b", contact_id: "c" }) },
    { cursor: "3-0.a", kind: "conversation", value: conversation({ contact_id: "c" }) },
    { cursor: "4-0.a", kind: "number", value: aNumber("1", { verified_name: "New" }) },
  ]);
  expect(shown).toBe(2);
  expect(seen.told).toEqual(["a", "b"]);
  expect(state.number.value.verified_name).toBe("New");
});

test("a number that is taken away is told", () => {
  const { state, seen } = begin();
  state.apply([removed({ of: "number" })]);
  expect(seen.gone).toBe(1);
});

test("a contact under another id keeps its messages, which are to be read again", () => {
  const { state, seen } = begin();
  land(state, "c", [inbound({ id: "a", contact_id: "c" })]);
  state.apply([
    { cursor: "1-0.a", kind: "conversation", value: conversation({ contact_id: "d", aliases: ["c"] }) },
    removed({ contact_id: "c", replaced_by: "d" }),
  ]);
  const history = state.hold("d", "d");
  expect(history.rows.value.map(({ id, contact_id }) => [id, contact_id])).toEqual([["a", "d"]]);
  expect(history.stale).toBe(true);
  expect(seen.relabelled).toEqual(["c d"]);
  expect(state.resolve("c")).toBe("d");
});

test("messages of the twenty conversations opened last are held, the open one always", () => {
  const { state } = begin();
  land(state, "open", [inbound({ id: "a", contact_id: "open" })]);
  for (let n = 0; n < 40; n += 1) state.hold(`c${n}`, "open");
  expect([...state.histories].length).toBe(20);
  expect([...state.histories].some(({ contact_id }) => contact_id === "open")).toBe(true);
});

test("an answer from before everything began anew is of no use", async () => {
  const { state } = begin();
  let answer = (_: string) => {};
  let landed = "";
  const asking = state.ask(
    () => new Promise<string>((resolve) => (answer = resolve)),
    (told) => {
      landed = told;
    },
  );
  state.restart(() => {});
  answer("old");
  expect(await asking).toBe("old");
  expect(landed).toBe("");
});

test("a conversation asked for by itself does not undo what was told meanwhile", async () => {
  const { state } = begin();
  let answer = (_: ReturnType<typeof conversation>) => {};
  const asking = state.ask(
    () => new Promise<ReturnType<typeof conversation>>((resolve) => (answer = resolve)),
    (read, landing) => state.landConversation(read, landing),
  );
  state.apply([{ cursor: "1-0.a", kind: "conversation", value: conversation({ contact_id: "c", unread: 3 }) }]);
  answer(conversation({ contact_id: "c", unread: 0 }));
  await asking;
  expect(state.find("c")?.unread).toBe(3);
});

test("a message that the server has just taken is not brought back when its conversation was erased meanwhile", async () => {
  const { state } = begin();
  land(state, "c", []);
  const message = inbound({ id: "mine", contact_id: "c" });
  let answer = () => {};
  const asking = state.ask(
    () => new Promise<void>((resolve) => (answer = resolve)),
    (_, landing) => state.landMessage(message, landing),
  );
  state.apply([removed({ contact_id: "c" })]);
  answer();
  await asking;
  expect(state.message("mine")).toBeUndefined();
});

test("a message told under the old id while a page is on its way is in that page's conversation under the new one", async () => {
  const { state } = begin();
  const history = state.hold("c", "c");
  let answer = () => {};
  const asking = state.ask(
    () => new Promise<void>((resolve) => (answer = resolve)),
    (_, { messages }) => history.replace([{ messages: [], next: null }], messages.meanwhile, messages.moment),
  );
  state.apply([
    { cursor: "1-0.a", kind: "message", value: inbound({ id: "a", contact_id: "c" }) },
    { cursor: "2-0.a", kind: "conversation", value: conversation({ contact_id: "d", aliases: ["c"] }) },
    removed({ contact_id: "c", replaced_by: "d" }),
  ]);
  answer();
  await asking;
  expect(history.rows.value.map(({ id, contact_id }) => [id, contact_id])).toEqual([["a", "d"]]);
});
