import { openApi } from "@core/api";
import { ChatState } from "@core/chatstate";
import { read, readAgain, readEarlier } from "@core/reading";
import { expect, test } from "vitest";
import { at } from "../books";
import { type Stage, settled, stage } from "../stage";

const NUMBER = "1";

function begin(around: Stage, messages: number) {
  const { server } = around;
  const books = server.addNumber(NUMBER);
  for (let n = 0; n < messages; n += 1) {
    const sent_at = at(server.now_ms - (messages - n) * 1000);
    server.write(NUMBER, "c", `${n}`, { sent_at, received_at: sent_at });
  }
  server.credentials.set("s", { id: "s", kind: "session", name: "", scopes: [], created_at: "" });
  const api = openApi({
    origin: server.origin,
    fetch: server.fetch,
    clock: around.clock,
    secret: () => "s",
    heard() {},
    unauthenticated() {},
  });
  const state = new ChatState(books.number, { told() {}, relabelled() {}, erased() {}, gone() {} });
  return { books, room: { number_id: NUMBER, api, state }, history: state.hold("c", "c") };
}

test("the newest page first, then older ones until the beginning", async () => {
  const { room, history } = begin(stage(), 180);
  expect(await read(room, history)).toBe("c");
  expect(history.rows.value.length).toBe(50);
  expect(room.state.find("c")?.contact_id).toBe("c");
  await readEarlier(room, history);
  await readEarlier(room, history);
  expect([history.rows.value.length, history.start.value]).toEqual([180, true]);
});

test("an unknown contact is an answer: there is nothing", async () => {
  const around = stage();
  const { room } = begin(around, 1);
  const history = room.state.hold("nobody", "nobody");
  await read(room, history);
  expect([history.loaded.value, history.start.value, history.rows.value]).toEqual([true, true, []]);
});

test("a contact that goes by another id now is answered with that", async () => {
  const { room, books, history } = begin(stage(), 1);
  books.relabel("c", "US.1");
  expect(await read(room, history)).toBe("US.1");
});

test("reading again goes as far up as was held, and drops what is gone", async () => {
  const { room, books, history } = begin(stage(), 180);
  await read(room, history);
  await readEarlier(room, history);
  const gone = history.rows.value[20]?.id ?? "";
  books.take(gone);
  history.doubt();
  await readAgain(room, history);
  expect(history.find(gone)).toBeUndefined();
  expect(history.rows.value.length).toBeGreaterThanOrEqual(149);
  expect(history.stale).toBe(false);
});

test("a failed reading again leaves it doubtful, and what is shown stays", async () => {
  const around = stage();
  const { room, history } = begin(around, 10);
  await read(room, history);
  history.doubt();
  around.server.reachable = false;
  await expect(readAgain(room, history)).rejects.toThrow("no answer");
  expect([history.stale, history.rows.value.length]).toEqual([true, 10]);
});

test("two that read the same page at once show it once", async () => {
  const { room, history } = begin(stage(), 180);
  await Promise.all([read(room, history), read(room, history)]);
  await Promise.all([readEarlier(room, history), readEarlier(room, history)]);
  expect(history.rows.value.length).toBe(150);
  expect(new Set(history.rows.value.map(({ id }) => id)).size).toBe(150);
  expect(history.tail(1_000).edges.length).toBe(2); // one for each page: from a third one could not go on
});

/** Answers to questions about messages wait until they are let go. */
function holdBack(around: Stage): () => void {
  const held: (() => void)[] = [];
  around.server.journey = (path, leg) =>
    path.endsWith("/messages") && leg === "back" ? new Promise((resolve) => held.push(resolve)) : Promise.resolve();
  return () => {
    around.server.journey = async () => {};
    for (const release of held) release();
  };
}

test("a page that was asked for before something may have been missed is not added to what is held", async () => {
  const around = stage();
  const { room, history } = begin(around, 180);
  await read(room, history);
  const release = holdBack(around);
  const reading = readEarlier(room, history);
  await settled();
  history.doubt();
  release();
  await reading;
  expect(history.rows.value.length).toBe(50);
});

test("when something may have been missed while it is read again, that reading does not count", async () => {
  const around = stage();
  const { room, history } = begin(around, 20);
  await read(room, history);
  history.doubt();
  const release = holdBack(around);
  const reading = readAgain(room, history);
  await settled();
  history.doubt();
  release();
  await reading;
  expect(history.stale).toBe(true);
});
