import type { Message } from "@core/chat";
import { History } from "@core/history";
import { Meanwhile } from "@core/meanwhile";
import { expect, test } from "vitest";

const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
const message = (n: number, over: Partial<Message> = {}): Message => ({
  id: `m${n}`,
  number_id: "1",
  contact_id: "c",
  direction: "outbound",
  origin: "agent",
  sent_at: at(n),
  received_at: at(n),
  content: { type: "text", text: { body: `${n}` } },
  ...over,
});
/** Messages from..to-1, newest first, as the server gives them. */
const page = (from: number, to: number, next: string | null) => ({
  messages: Array.from({ length: to - from }, (_, n) => message(to - 1 - n)),
  next,
});
const none = new Meanwhile<Message>();
const ids = (history: History) => {
  history.publish();
  return history.rows.value.map(({ id }) => id);
};

test("ticks never go backwards: an older report that comes late changes nothing", () => {
  const history = new History("c");
  history.land({ messages: [message(1, { status: "read" })], next: null }, none, 0);
  history.assign(message(1, { status: "delivered" }));
  history.publish();
  expect(history.rows.value[0]?.status).toBe("read");
});

test("an older message that is not read yet leaves no hole: it comes with its page", () => {
  const history = new History("c");
  history.land(page(10, 20, "before-10"), none, 0);
  history.assign(message(3));
  history.assign(message(20));
  expect(ids(history)).toEqual(Array.from({ length: 11 }, (_, n) => `m${n + 10}`));
  expect(history.before).toBe("before-10");
});

test("what was told while a page was on its way is not undone by the page", () => {
  const history = new History("c");
  const meanwhile = new Meanwhile<Message>();
  const moment = meanwhile.begin();
  for (const told of [message(2, { status: "read" }), message(4)]) {
    meanwhile.tell(told.id, told);
    history.assign(told);
  }
  meanwhile.tell("m1", null);
  history.land({ messages: [message(3), message(2, { status: "sent" }), message(1)], next: null }, meanwhile, moment);
  expect(ids(history)).toEqual(["m2", "m3", "m4"]);
  expect(history.rows.value[0]?.status).toBe("read");
});

test("a change to a message of a page that is still on its way is not lost", () => {
  const history = new History("c");
  history.land(page(10, 20, "before-10"), none, 0);
  const meanwhile = new Meanwhile<Message>();
  const moment = meanwhile.begin();
  const edited = message(5, { edited_at: at(99) });
  meanwhile.tell("m5", edited);
  history.assign(edited); // out of reach as yet
  history.land(page(0, 10, null), meanwhile, moment);
  history.publish();
  expect(history.rows.value.find(({ id }) => id === "m5")?.edited_at).toBe(at(99));
});

test("beyond its bound whole old pages are let go, and can be read again from there", () => {
  const history = new History("c");
  history.land(page(300, 400, "before-300"), none, 0);
  history.land(page(200, 300, "before-200"), none, 0);
  history.land(page(0, 200, null), none, 0);
  expect(history.start.value).toBe(true);
  expect(history.trim(250)).toBe(true);
  expect(history.size).toBe(200);
  expect(history.before).toBe("before-200");
  expect(history.start.value).toBe(false);
  history.land(page(0, 200, null), none, 0);
  expect(ids(history).length).toBe(400);
});

test("where no page ends within the bound, it says so", () => {
  const history = new History("c");
  history.land(page(0, 10, "older"), none, 0);
  for (let n = 10; n < 100; n += 1) history.assign(message(n));
  expect(history.trim(50)).toBe(false);
});

test("under another contact id messages and reactions carry the new id", () => {
  const history = new History("c");
  const reactions = [
    { by: "c", emoji: "👍", at: at(1) },
    { by: "business", emoji: "🙏", at: at(1) },
  ];
  history.land({ messages: [message(1, { reactions })], next: null }, none, 0);
  history.relabel("d");
  history.publish();
  expect(history.rows.value[0]?.contact_id).toBe("d");
  expect(history.rows.value[0]?.reactions?.map(({ by }) => by)).toEqual(["d", "business"]);
});

test("read again, it holds what was read and what was told since, nothing older", () => {
  const history = new History("c");
  history.land(page(0, 10, null), none, 0);
  const meanwhile = new Meanwhile<Message>();
  const moment = meanwhile.begin();
  meanwhile.tell("m30", message(30));
  history.assign(message(30));
  history.replace([page(20, 22, "before-20")], meanwhile, moment);
  expect(ids(history)).toEqual(["m20", "m21", "m30"]);
});
