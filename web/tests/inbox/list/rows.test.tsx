/** The list: drawn where it is seen, keeping its place and the keyboard's. */
import type { Conversation } from "@core/chat";
import { Rows } from "@inbox/list/rows";
import { speech } from "@inbox/speech";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { settled } from "../../stage";
import { laidOut } from "../layout";
import { aConversation, minutesAgo } from "./conversations";

let restore: () => void;
const onOpen = vi.fn();
const onEnd = vi.fn();

beforeEach(async () => {
  restore = laidOut({ pane_px: 720, row_px: 72 });
  onOpen.mockClear();
  onEnd.mockClear();
  await speech.start();
});
afterEach(() => {
  cleanup();
  restore();
});

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => aConversation(`c${at}`, { last_activity_at: minutesAgo(at) }));

function list(conversations: readonly Conversation[], opened: string | null = null) {
  return <Rows conversations={conversations} opened={opened} complete={false} onOpen={onOpen} onEnd={onEnd} />;
}

async function shown(conversations: readonly Conversation[], opened: string | null = null) {
  const view = render(list(conversations, opened));
  await act(() => settled());
  return {
    async show(next: readonly Conversation[], open: string | null = null) {
      view.rerender(list(next, open));
      await act(() => settled());
    },
    scroller: view.container.firstElementChild as HTMLElement,
  };
}

const rowOf = (id: string) => screen.getByRole("button", { name: new RegExp(`^${id}\\b`) });
const drawn = () => screen.getAllByRole("button").map((row) => row.dataset["contact"]);
const focused = () => (document.activeElement as HTMLElement).dataset["contact"];

async function press(key: string) {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
  await act(() => settled());
}

async function scrollTo(scroller: HTMLElement, px: number) {
  scroller.scrollTop = px;
  fireEvent.scroll(scroller);
  await act(() => settled());
}

test("of ten thousand conversations only those in sight are drawn", async () => {
  await shown(many(10_000));
  expect(drawn().length).toBeGreaterThanOrEqual(10);
  expect(drawn().length).toBeLessThan(40);
});

test("one row of the list is a stop of the tab key: the open one, else the first", async () => {
  const view = await shown(many(20));
  expect(rowOf("c0").tabIndex).toBe(0);
  expect(rowOf("c1").tabIndex).toBe(-1);
  await view.show(many(20), "c3");
  expect(rowOf("c3").tabIndex).toBe(0);
  expect(rowOf("c3").getAttribute("aria-current")).toBe("true");
  expect(rowOf("c0").tabIndex).toBe(-1);
});

test("the arrow keys, Home and End go through the list, and stop at its ends", async () => {
  await shown(many(300));
  rowOf("c0").focus();
  await press("ArrowUp");
  expect(focused()).toBe("c0");
  await press("ArrowDown");
  await press("ArrowDown");
  expect(focused()).toBe("c2");
  await press("PageDown");
  expect(focused()).toBe("c10");
  await press("End");
  expect(focused()).toBe("c299");
  await press("ArrowDown");
  expect(focused()).toBe("c299");
  await press("Home");
  expect(focused()).toBe("c0");
});

test("a row is opened by its button", async () => {
  await shown(many(3));
  fireEvent.click(rowOf("c1"));
  expect(onOpen.mock.lastCall?.[0].contact_id).toBe("c1");
});

test("the keyboard stays on its conversation when that moves to the top", async () => {
  const rows = many(20);
  const view = await shown(rows);
  rowOf("c5").focus();
  const [moving] = rows.splice(5, 1);
  await view.show([{ ...(moving as Conversation), last_activity_at: minutesAgo(0) }, ...rows]);
  expect(focused()).toBe("c5");
  await press("ArrowDown");
  expect(focused()).toBe("c0");
});

test("when a conversation is closed the keyboard is back on its row", async () => {
  const view = await shown(many(20), "c4");
  await view.show(many(20), null);
  expect(focused()).toBe("c4");
});

test("a list that is scrolled down keeps what is read where it is when something new comes above", async () => {
  const rows = many(100);
  const view = await shown(rows);
  await scrollTo(view.scroller, 1440);
  await view.show([aConversation("new", { last_activity_at: minutesAgo(0) }), ...rows]);
  expect(view.scroller.scrollTop).toBe(1512);
});

test("a list at its top shows what is new", async () => {
  const rows = many(100);
  const view = await shown(rows);
  await view.show([aConversation("new", { last_activity_at: minutesAgo(0) }), ...rows]);
  expect(view.scroller.scrollTop).toBe(0);
  expect(drawn()[0]).toBe("new");
});

test("near its end the list asks for more, in the middle it does not", async () => {
  const view = await shown(many(100));
  await scrollTo(view.scroller, 1000);
  expect(onEnd).not.toHaveBeenCalled();
  await scrollTo(view.scroller, 6000);
  expect(onEnd).toHaveBeenCalled();
});
