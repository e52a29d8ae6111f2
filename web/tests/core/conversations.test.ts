import type { Conversation } from "@core/chat";
import { Conversations } from "@core/conversations";
import { Meanwhile } from "@core/meanwhile";
import { effect } from "@preact/signals";
import { expect, test } from "vitest";

const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
const conversation = (n: number, over: Partial<Conversation> = {}): Conversation => ({
  number_id: "1",
  contact_id: `c${n}`,
  aliases: [],
  contact: {},
  last_activity_at: at(n),
  unread: 0,
  marked_unread: false,
  ...over,
});
const none = new Meanwhile<Conversation>();
const names = (list: Conversations) => {
  list.publish();
  return list.rows.value.map(({ contact_id }) => contact_id);
};

test("whoever is active goes to the top, and unread ones are counted", () => {
  const list = new Conversations();
  list.replace([conversation(3), conversation(2), conversation(1)], [], true);
  list.assign(conversation(1, { last_activity_at: at(9), unread: 2 }));
  expect(names(list)).toEqual(["c1", "c3", "c2"]);
  expect(list.unread.value).toBe(1);
  list.assign(conversation(1, { last_activity_at: at(9) }));
  expect(names(list)).toEqual(["c1", "c3", "c2"]);
  expect(list.unread.value).toBe(0);
});

test("a conversation below the last page is no row yet: it comes with its page", () => {
  const list = new Conversations();
  list.replace([conversation(9), conversation(8)], [{ last_activity_at: at(8), next: "n" }], false);
  list.assign(conversation(3));
  expect(names(list)).toEqual(["c9", "c8"]);
  list.land([conversation(4), conversation(3)], null, none, 0);
  expect(names(list)).toEqual(["c9", "c8", "c4", "c3"]);
  expect(list.complete.value).toBe(true);
});

test("a page does not undo what was told while it was on its way", () => {
  const list = new Conversations();
  list.replace([conversation(9)], [{ last_activity_at: at(9), next: "n" }], false);
  const meanwhile = new Meanwhile<Conversation>();
  const moment = meanwhile.begin();
  for (const [name, told] of [
    ["c5", conversation(5, { unread: 7 })],
    ["c4", null],
  ] as const) {
    meanwhile.tell(name, told);
    if (told) list.assign(told);
  }
  list.land([conversation(5), conversation(4), conversation(3)], null, meanwhile, moment);
  expect(names(list)).toEqual(["c9", "c5", "c3"]);
  expect(list.unread.value).toBe(1);
});

test("the head of a long list is cut where a page ended", () => {
  const list = new Conversations();
  const rows = Array.from({ length: 600 }, (_, n) => conversation(1000 - n));
  list.replace(rows.slice(0, 200), [{ last_activity_at: at(801), next: "a" }], false);
  list.publish();
  list.land(rows.slice(200, 400), "b", none, 0);
  list.land(rows.slice(400), null, none, 0);
  list.publish();
  const head = list.head(500);
  expect(head.rows.length).toBe(400);
  expect(head.edges.at(-1)?.next).toBe("b");
  expect(head.complete).toBe(false);
  expect(list.head(1000).complete).toBe(true);
});

test("an update among ten thousand is shown once and costs next to nothing", () => {
  const list = new Conversations();
  list.replace(
    Array.from({ length: 10_000 }, (_, n) => conversation(n)),
    [],
    true,
  );
  list.publish();
  let shown = 0;
  const stop = effect(() => {
    void list.rows.value;
    shown += 1;
  });
  const began = performance.now();
  for (let n = 0; n < 500; n += 1) {
    list.assign(conversation((n * 7919) % 10_000, { last_activity_at: at(20_000 + n), unread: 1 }));
    list.publish();
  }
  const each_ms = (performance.now() - began) / 500;
  stop();
  expect(shown).toBe(501);
  expect(list.rows.value.length).toBe(10_000);
  expect(each_ms).toBeLessThan(2); // a sort would be tens of times that
});
