/** What one row of the list says, to the eye and to the ear. */

import { ownTick, Row } from "@inbox/list/row";
import { speech } from "@inbox/speech";
import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aConversation, minutesAgo, NOW_MS } from "./conversations";

beforeEach(() => speech.start());
afterEach(cleanup);

const preview = (over: object) =>
  ({ preview: { direction: "inbound", text: "Hi", type: "text", message_id: "m", ...over } }) as const;
/** The name by which the row is read. */
const spoken = (conversation: ReturnType<typeof aConversation>) => {
  cleanup();
  show(conversation);
  let heard = "";
  const hear = (name: string) => {
    heard = name;
    return true;
  };
  screen.getByRole("button", { name: hear });
  cleanup();
  return heard.replaceAll(" ,", ",");
};
const show = (conversation: ReturnType<typeof aConversation>) =>
  render(<Row conversation={conversation} now_ms={NOW_MS} opened={false} reached onOpen={() => {}} />).container;

test("a row is read as name, unread, time and last words", () => {
  const said = spoken(aConversation("Ada", { unread: 2, ...preview({}) }));
  expect(said).toMatch(/^Ada, 2 unread messages, \d{1,2}:55 [AP]M, Hi$/);
});

test("a last word of ours is read with how far it got", () => {
  const said = spoken(aConversation("Ada", preview({ direction: "outbound", status: "read" })));
  expect(said).toContain("You (Read), Hi");
});

test("a conversation marked as unread says so, without a number", () => {
  const marked = aConversation("Ada", { marked_unread: true });
  expect(spoken(marked)).toContain("marked as unread");
  show(marked);
  expect(screen.getByRole("button").textContent).not.toMatch(/\b0\b/);
});

test("the end of the reply window is told when it is less than two hours away, and no longer once it is there", () => {
  const ending = (minutes: number) => aConversation("Ada", { window_expires_at: minutesAgo(-minutes) });
  expect(show(ending(121)).textContent).not.toContain("left");
  cleanup();
  expect(show(ending(80)).textContent).toContain("1h 20m left");
  cleanup();
  expect(show(ending(45)).textContent).toContain("45m left");
  expect(spoken(ending(45))).toContain("Reply window closes at");
  cleanup();
  expect(show(ending(0)).textContent).not.toContain("left");
});

test.each([
  ["queued", "clock"],
  ["accepted", "clock"],
  ["unknown", "unknown"],
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["played", "read"],
  ["failed", "alert"],
] as const)("a last word of ours that is %s has the sign %s", (status, sign) => {
  expect(ownTick(aConversation("Ada", preview({ direction: "outbound", status })))).toBe(sign);
});

test("what a customer wrote has no sign, and what a phone sent has one tick", () => {
  expect(ownTick(aConversation("Ada", preview({})))).toBeNull();
  expect(ownTick(aConversation("Ada", preview({ direction: "outbound" })))).toBe("sent");
});

test("more unread messages than fit are cut short for the eye, not for the ear", () => {
  const full = aConversation("Ada", { unread: 12345 });
  expect(show(full).textContent).toContain("999+");
  expect(spoken(full)).toContain("12,345 unread messages");
});
