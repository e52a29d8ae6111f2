/** The list: only what is in sight is drawn, the place is kept, the newest is read, the keys go through it. */
import { act, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { field, leave, messageOf, messages, NUMBER, press, room } from "./room";

let focused = true;
beforeEach(() => {
  focused = true;
  vi.spyOn(document, "hasFocus").mockImplementation(() => focused);
});
afterEach(() => {
  vi.restoreAllMocks();
  leave();
});

const feed = () => screen.getByRole("feed", { name: "Messages" });
const frames = () => act(() => new Promise<void>((done) => setTimeout(done, 100)));
const log = () => screen.getByRole("log").textContent;
const reads = (asked: readonly string[]) => asked.filter((one) => /^POST .*\/read$/.test(one)).length;

async function scrollTo(px: number) {
  await act(async () => {
    feed().scrollTop = px;
    fireEvent.scroll(feed());
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

test("of hundreds of messages only those in sight are drawn", async () => {
  await room((write) => Array.from({ length: 150 }, (_, at) => write(`message ${at}`)));
  await waitFor(() => expect(messages().length).toBeGreaterThan(5));
  expect(messages().length).toBeLessThan(60);
});

test("an open conversation that is looked at at its newest is read", async () => {
  const { server } = await room();
  await waitFor(() => expect(reads(server.asked)).toBe(1));
});

test("what comes while nobody looks stays unread until somebody does", async () => {
  const { server, visible, write } = await room();
  await waitFor(() => expect(reads(server.asked)).toBe(1));
  focused = false;
  await write("while away");
  await frames();
  expect(reads(server.asked)).toBe(1);
  focused = true;
  await act(() => {
    dispatchEvent(new Event("focus"));
  });
  await waitFor(() => expect(reads(server.asked)).toBe(2));
  await act(() => {
    visible.value = false;
  });
  await write("behind another tab");
  await frames();
  expect(reads(server.asked)).toBe(2);
});

test("the separator stands before the first unread message, and goes once the agent has answered", async () => {
  const { thread, calm } = await room((write, { server }) => {
    const read = write("read");
    server.books(NUMBER).read("351912345678", read.id);
    write("new one");
    write("new two");
  });
  const separator = screen.getByText("2 unread messages");
  const follows = separator.compareDocumentPosition(messageOf(/new one/)) & Node.DOCUMENT_POSITION_FOLLOWING;
  expect(follows).toBeTruthy();
  fireEvent.input(field(), { target: { value: "answer" } });
  field().focus();
  await press("Enter");
  await calm();
  expect(screen.queryByText("2 unread messages")).toBeNull();
  expect(thread.messages.peek()).toHaveLength(4);
});

test("new messages of the customer are told to a screen reader, history and one's own are not", async () => {
  const { write, thread, calm } = await room((write) => write("from before"));
  expect(log()).toBe("");
  await write("just now");
  expect(log()).toMatch(/^Ada, .*, just now$/);
  thread.send("my answer");
  await calm();
  expect(log()).not.toContain("my answer");
  // Late, and older than what is shown last: it is new all the same.
  await write("held back", { sent_at: "2026-03-01T08:00:00.000Z" });
  expect(log()).toContain("held back");
});

test("many at once are told as a number", async () => {
  const { server, write } = await room();
  for (const words of ["a", "b", "c", "d"]) server.write(NUMBER, "351912345678", words);
  await write("e");
  expect(log()).toBe("5 new messages");
});

test("away from the end, what comes is counted on a button, which leads there and to writing", async () => {
  const { write } = await room((write) => Array.from({ length: 60 }, (_, at) => write(`message ${at}`)));
  await scrollTo(2_000);
  await scrollTo(400);
  await write("newest");
  const button = screen.getByRole("button", { name: "1 new message" });
  await act(() => button.click());
  expect(document.activeElement).toBe(field());
  await waitFor(() => expect(messageOf(/newest/)).toBeTruthy());
});

test("near the start, earlier messages are fetched, and not told as new", async () => {
  const earlier = { sent_at: "2026-03-01T08:00:00.000Z", received_at: "2026-03-01T08:00:00.000Z" };
  const { thread } = await room((write) => Array.from({ length: 300 }, (_, at) => write(`message ${at}`, earlier)));
  const before = thread.messages.peek().length;
  await scrollTo(2_000);
  await scrollTo(0);
  await waitFor(() => expect(thread.messages.peek().length).toBeGreaterThan(before));
  await frames();
  expect(log()).toBe("");
});

test("one message is a stop of the tab key, and only its own parts are", async () => {
  await room((write) => [write("https://one.example"), write("https://two.example")]);
  expect(messageOf(/one/).tabIndex).toBe(-1);
  expect(messageOf(/two/).tabIndex).toBe(0);
  const [one, two] = screen.getAllByRole("link");
  expect(one?.tabIndex).toBe(-1);
  expect(two?.tabIndex).toBe(0);
});

test("the arrow keys, Home and End go through the messages, past days and notices", async () => {
  await room((write) => [
    write("first"),
    write("", { content: { type: "system", system: { body: "notice" } } }),
    write("second"),
    write("third"),
  ]);
  messageOf(/third/).focus();
  await press("ArrowUp");
  expect(document.activeElement).toBe(messageOf(/second/));
  await press("ArrowUp");
  expect(document.activeElement).toBe(messageOf(/first/));
  await press("ArrowUp");
  expect(document.activeElement).toBe(messageOf(/first/));
  await press("End");
  expect(document.activeElement).toBe(messageOf(/third/));
  await press("Home");
  expect(document.activeElement).toBe(messageOf(/first/));
  await press("End");
  await press("ArrowDown");
  expect(document.activeElement).toBe(field());
});

test("a quote leads to what it quotes", async () => {
  await room((write) => [write("question", { id: "q" }), write("answer", { context: { message_id: "q" } })]);
  await act(() => screen.getByRole("button", { name: "Reply to Ada question" }).click());
  await waitFor(() => expect(document.activeElement).toBe(messageOf(/, question$/)));
});
