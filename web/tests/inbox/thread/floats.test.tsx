/** What floats above a conversation: menus, details, reactions, the tooltip, the emoji. */
import type { Message } from "@core/chat";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { click, field, leave, messageOf, press, room } from "./room";

afterEach(leave);

const OUT: Partial<Message> = { direction: "outbound", origin: "agent" };
const AT = "2026-03-01T09:00:00.000Z";

async function openActions(words: RegExp) {
  messageOf(words).focus();
  await press("Enter");
  return screen.findByRole("menu", { name: "Actions for this message" });
}

test("Enter on a message opens its actions, the arrows go through them, Esc gives the focus back", async () => {
  await room((write) => write("Hi"));
  const menu = await openActions(/Hi/);
  const entries = within(menu).getAllByRole("menuitem");
  expect(entries.map((one) => one.firstElementChild?.textContent)).toEqual(["Reply", "React", "Copy", "Details"]);
  expect(document.activeElement).toBe(entries[0]);
  await press("ArrowUp");
  expect(document.activeElement).toBe(entries[3]);
  await press("Escape");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(messageOf(/Hi/));
});

test("the context key and a long press open the same menu; on a link the browser's own comes", async () => {
  await room((write) => write("See https://example.com"));
  const row = messageOf(/See/);
  expect(fireEvent.contextMenu(screen.getByRole("link"))).toBe(true);
  expect(fireEvent.contextMenu(row)).toBe(false);
  expect(await screen.findByRole("menu")).toBeTruthy();
});

test("only what failed for sure is sent again from the menu", async () => {
  await room((write) => [
    write("Hi"),
    write("failed one", { ...OUT, status: "failed" }),
    write("doubtful one", { ...OUT, status: "unknown" }),
  ]);
  const failed = within(await openActions(/failed one/)).queryByRole("menuitem", { name: "Send again" });
  expect(failed).toBeTruthy();
  await press("Escape");
  const doubtful = within(await openActions(/doubtful one/)).queryByRole("menuitem", { name: "Send again" });
  expect(doubtful).toBeNull();
});

test("what Meta has no name for yet can be neither answered nor reacted to", async () => {
  const { server, thread, calm } = await room();
  server.journey = () => new Promise(() => {});
  thread.send("pending");
  await calm();
  const entries = within(await openActions(/pending/)).getAllByRole("menuitem");
  expect(entries.map((one) => one.firstElementChild?.textContent)).toEqual(["Copy", "Details"]);
});

test("what was taken back can be neither answered nor copied", async () => {
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await room((write) => write("secret", { revoked_at: AT }));
  const entries = within(await openActions(/deleted/)).getAllByRole("menuitem");
  expect(entries.map((one) => one.firstElementChild?.textContent)).toEqual(["Details"]);
  await press("Escape");
  await press("c");
  expect(writeText).not.toHaveBeenCalledWith("secret");
  writeText.mockRestore();
});

test("copying takes the words", async () => {
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await room((write) => write("to be copied"));
  messageOf(/to be copied/).focus();
  await press("c");
  expect(writeText).toHaveBeenCalledWith("to be copied");
});

test("a reaction is chosen from a row, and the same again takes it back", async () => {
  const { thread } = await room((write) => write("Hi", { id: "m" }));
  const react = vi.spyOn(thread, "react");
  messageOf(/Hi/).focus();
  await press("e");
  await screen.findByRole("toolbar", { name: "React" });
  await press("ArrowRight");
  await act(() => (document.activeElement as HTMLElement).click());
  expect(react).toHaveBeenLastCalledWith("m", "❤️");
  expect(document.activeElement).toBe(messageOf(/Hi/));
  await waitFor(() => expect(screen.getByRole("button", { name: "Reactions: You ❤️" })).toBeTruthy());
  await press("e");
  await screen.findByRole("toolbar", { name: "React" });
  expect(screen.getByRole("button", { name: "❤️" }).getAttribute("aria-pressed")).toBe("true");
  await act(() => screen.getByRole("button", { name: "❤️" }).click());
  expect(react).toHaveBeenLastCalledWith("m", "");
});

test("the time and tick tell every step, to the pointer and to the keyboard", async () => {
  const status_at = { queued: AT, sent: AT, delivered: AT };
  await room((write) => write("Hello", { ...OUT, status: "delivered", status_at }));
  const stamp = screen.getByRole("button", { name: / Delivered$/ });
  stamp.focus();
  const tip = await screen.findByRole("tooltip");
  expect(tip.textContent).toMatch(/^Queued .*Sent .*Delivered /);
  expect(stamp.getAttribute("aria-describedby")).toBe(tip.id);
  await act(() => stamp.blur());
  expect(screen.queryByRole("tooltip")).toBeNull();
  fireEvent.pointerEnter(stamp);
  expect(await screen.findByRole("tooltip")).toBeTruthy();
});

test("details say what is known, and closing them gives the focus back", async () => {
  await room((write) => write("Hello", { ...OUT, status: "sent", status_at: { sent: AT }, wamid: "wamid.X" }));
  messageOf(/Hello/).focus();
  await press("d");
  const dialog = await screen.findByRole("dialog", { name: "Details" });
  expect(dialog.textContent).toContain("wamid.X");
  await act(() => within(dialog).getByRole("button", { name: "Close" }).click());
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(messageOf(/Hello/));
});

test("the shortcuts are listed", async () => {
  await room();
  messageOf(/Hello/).focus();
  await press("?");
  const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  expect(dialog.textContent).toContain("New line");
});

test("marked as unread, the conversation closes, so that it stays unread", async () => {
  const { number, server } = await room();
  await click("Conversation menu");
  await click("Mark as unread", "menuitem");
  expect(number.opened.peek()).toBeNull();
  expect(server.asked.some((one) => /^DELETE .*\/read$/.test(one))).toBe(true);
});

test("an emoji goes where the cursor is, and is remembered", async () => {
  const { keep } = await room();
  field().focus();
  fireEvent.input(field(), { target: { value: "Hi!" } });
  field().setSelectionRange(2, 2);
  await click("Emoji");
  const search = await screen.findByRole("searchbox", { name: "Search emoji" });
  expect(document.activeElement).toBe(search);
  await waitFor(() => expect(screen.getByRole("button", { name: "grinning face" })).toBeTruthy(), { timeout: 5_000 });
  fireEvent.input(search, { target: { value: "birthday" } });
  await press("Enter");
  expect(field().value).toBe("Hi🎂!");
  expect(JSON.parse(keep.kept.get("emoji") ?? "{}").recent).toEqual(["🎂"]);
  await press("Escape");
  expect(screen.queryByRole("searchbox")).toBeNull();
  expect(document.activeElement).toBe(field());
});

test("a long press of a finger opens the actions, a swipe does not", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  await room((write) => write("Hi"));
  const row = messageOf(/Hi/);
  fireEvent.touchStart(row);
  fireEvent.touchMove(row);
  vi.advanceTimersByTime(600);
  expect(screen.queryByRole("menu")).toBeNull();
  fireEvent.touchStart(row);
  vi.advanceTimersByTime(600);
  vi.useRealTimers();
  expect(await screen.findByRole("menu")).toBeTruthy();
});
