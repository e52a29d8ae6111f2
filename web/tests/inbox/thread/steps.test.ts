/** The ledger of a message, in the order of its steps. */
import type { Message } from "@core/chat";
import { steps } from "@inbox/thread/steps";
import { expect, test } from "vitest";

const AT = "2026-03-01T09:00:00.000Z";
const LATER = "2026-03-01T10:00:00.000Z";
const message = (over: Partial<Message>): Message => ({
  id: "m",
  number_id: "n",
  contact_id: "c",
  direction: "outbound",
  origin: "agent",
  sent_at: AT,
  received_at: LATER,
  content: { type: "text", text: { body: "Hi" } },
  ...over,
});
const names = (over: Partial<Message>) => steps(message(over)).map(({ name }) => name);

test("what went out climbs its statuses, in their order, whatever order they are told in", () => {
  expect(names({ status_at: { read: AT, sent: AT, queued: AT, delivered: AT } })).toEqual([
    "queued",
    "sent",
    "delivered",
    "read",
  ]);
});

test("what came in was written and arrived", () => {
  expect(steps(message({ direction: "inbound", origin: "customer" }))).toEqual([
    { name: "written", at_ms: Date.parse(AT) },
    { name: "arrived", at_ms: Date.parse(LATER) },
  ]);
});

test("history was written then, and did not arrive late", () => {
  expect(names({ direction: "inbound", origin: "customer", history: true })).toEqual(["written"]);
});

test("edits and deletions come last", () => {
  expect(names({ status_at: { sent: AT }, edited_at: LATER, revoked_at: LATER })).toEqual([
    "sent",
    "edited",
    "revoked",
  ]);
});
