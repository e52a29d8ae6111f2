/** Snapshot + changes = a fresh snapshot, however questions, answers, changes and lost lines fall together. */
import type { Conversation, Message } from "@core/chat";
import { Inbox } from "@core/inbox";
import type { OpenNumber } from "@core/opennumber";
import { compareConversations, compareMessages } from "@core/order";
import { expect, test } from "vitest";
import type { Books } from "../books";
import { type Stage, settled, stage } from "../stage";

const NUMBER = "100001";
const STEPS = 70;
const FROM = Number(process.env["CONVERGENCE_FROM"] ?? 1);
const RUNS = Number(process.env["CONVERGENCE_RUNS"] ?? 12);

class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.#state / 2 ** 32;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T;
  }
}

function fresh(books: Books): Conversation[] {
  return [...books.conversations(null, 10_000).rows].sort(compareConversations);
}

function said(books: Books, contact_id: string): Message[] {
  return [...(books.messages(contact_id, null, 10_000)?.rows ?? [])].sort(compareMessages);
}

/** What is held is what a fresh reader would be shown, as far down and up as it was read. */
function expectSame(number: OpenNumber, books: Books, hint: string): void {
  const rows = number.rows.value;
  const all = fresh(books);
  expect(rows, `${hint}: the list`).toEqual(all.slice(0, number.complete.value ? undefined : rows.length));
  const thread = number.opened.value;
  if (thread === null) return;
  const messages = said(books, thread.contact_id.value);
  const shown = thread.messages.value.filter(({ pending }) => pending === undefined); // what was refused stays to be seen
  expect(shown, `${hint}: the messages`).toEqual(
    thread.atStart.value ? messages : messages.slice(-shown.length || undefined),
  );
  expect(thread.conversation.value, `${hint}: its conversation`).toEqual(books.conversation(thread.contact_id.value));
}

function aWorld(chance: Chance): Stage & { books: Books; pending: (() => void)[] } {
  const around = stage();
  const books = around.server.addNumber(NUMBER);
  const pending: (() => void)[] = [];
  around.server.journey = (path) =>
    path.includes("/numbers/") && chance.next() < 0.4
      ? new Promise((resolve) => pending.push(resolve))
      : Promise.resolve();
  for (let contact = 0; contact < 130; contact += 1) {
    around.clock.set(around.clock.now());
    around.server.write(NUMBER, `49${1000 + contact}`, "hello", {
      sent_at: ago(130 - contact),
      received_at: ago(130 - contact),
    });
  }
  for (let n = 0; n < 120; n += 1)
    around.server.write(NUMBER, "491129", `line ${n}`, { sent_at: ago(0, n), received_at: ago(0, n) });
  return { ...around, books, pending };

  function ago(minutes: number, ms = 0): string {
    return new Date(around.server.now_ms - 3_600_000 - minutes * 60_000 + ms * 50).toISOString();
  }
}

async function happens(world: ReturnType<typeof aWorld>, inbox: Inbox, chance: Chance): Promise<void> {
  const { server, books, pending, clock } = world;
  const number = inbox.current.peek();
  const contact = () => chance.one(fresh(books).slice(0, chance.one([3, 3, 130]))).contact_id;
  const message = () =>
    chance.one(said(books, chance.one([number?.opened.peek()?.contact_id.peek() ?? contact(), contact()])).slice(-60));
  const acts: [number, () => unknown][] = [
    [8, () => server.write(NUMBER, contact(), `said ${clock.now()}`)],
    [
      3,
      () =>
        books.put(
          contact(),
          [0, 1, 2].map((n) => server.message(NUMBER, "", `batch ${n}`, { id: `b${clock.now()}.${9 - n}` })),
        ),
    ],
    [2, () => server.write(NUMBER, `49${2000 + chance.below(50)}`, "new here")],
    [
      4,
      () => books.amend(message()?.id ?? "", { reactions: [{ by: "x", emoji: "👍", at: new Date(0).toISOString() }] }),
    ],
    [2, () => books.amend(message()?.id ?? "", { edited_at: new Date(clock.now()).toISOString() })],
    [2, () => books.take(message()?.id ?? "")],
    [1, () => books.erase(contact())],
    [2, () => books.relabel(contact(), chance.one([`US.${chance.below(1000)}`, contact()]))],
    [
      2,
      () => {
        const at = contact();
        const up_to = said(books, at).at(-1)?.id;
        if (up_to) books.read(at, up_to);
      },
    ],
    [1, () => books.unread(contact())],
    [4, () => number?.openThread(contact())],
    [1, () => number?.openThread("491129")],
    [4, () => void number?.opened.peek()?.earlier()],
    [3, () => void number?.more()],
    [2, () => number?.opened.peek()?.send(`mine ${clock.now()}`)],
    [1, () => number?.opened.peek()?.markRead()],
    [2, () => void number?.refresh().catch(() => {})],
    [2, () => server.cut(chance.one([1012, 4408, 1006]))],
    [4, () => server.reconnect()],
    [1, () => books.forgetFeed()],
    [
      1,
      () => {
        books.feed_length_max = chance.one([5, 40, 10_000]);
      },
    ],
    [
      1,
      () => {
        server.reachable = !server.reachable;
        if (!server.reachable) server.cut(1006);
      },
    ],
    [
      1,
      () => {
        world.online.value = !world.online.value;
      },
    ],
    [8, () => pending.splice(chance.below(pending.length), 1)[0]?.()],
    [
      2,
      () =>
        server.report(
          NUMBER,
          fresh(books).find(({ preview }) => preview?.direction === "outbound")?.preview?.message_id ?? "",
          chance.one(["sent", "delivered", "read"] as const),
        ),
    ],
  ];
  let left = chance.below(acts.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, act] of acts) {
    left -= weight;
    if (left >= 0) continue;
    act();
    break;
  }
  await clock.pass(chance.one([1, 3, 50, 1500]));
}

async function calm(world: ReturnType<typeof aWorld>, inbox: Inbox): Promise<void> {
  const { server, pending, clock } = world;
  server.journey = async () => {};
  world.online.value = true;
  server.reachable = true;
  for (const release of pending.splice(0)) release();
  await settled();
  server.reconnect();
  await clock.pass(40_000);
  await inbox.current.peek()?.refresh();
  await clock.pass(5_000);
}

for (const live of [false, true]) {
  for (let seed = FROM; seed < FROM + RUNS; seed += 1) {
    test(`${live ? "live" : "in pull mode"}, run ${seed}: what is held ends equal to what a fresh reader is shown`, {
      timeout: 20_000,
    }, async () => {
      const chance = new Chance(seed * 7919 + (live ? 1 : 0));
      const world = aWorld(chance);
      const held_back = world.server.journey;
      world.server.journey = async () => {};
      const inbox = Inbox.open(world.environment);
      await settled();
      await inbox.signUp({});
      await settled();
      if (live) await inbox.connectToken();
      await settled();
      world.server.journey = held_back;
      for (let step = 0; step < STEPS; step += 1) await happens(world, inbox, chance);
      await calm(world, inbox);

      const number = inbox.current.peek() as OpenNumber;
      expect(number.condition.value).toBe(live ? "live" : "pull");
      expectSame(number, world.books, "at the end");
      for (const contact_id of world.books.contact_ids.slice(0, 6)) {
        number.openThread(contact_id);
        await settled(4);
        expectSame(number, world.books, `then ${contact_id}`);
      }
      await world.clock.pass(2_000);
      inbox.close();
      await settled();

      world.server.reachable = false;
      const again = Inbox.open(world.environment);
      await settled();
      expectSame(again.current.peek() as OpenNumber, world.books, "from the cache");
      again.close();
    });
  }
}
