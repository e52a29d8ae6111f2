/** What pends here looks like any message, and says how it is doing. */
import { type Entry, shown } from "@core/pending";
import { expect, test } from "vitest";

const entry: Entry = {
  id: "0000000a-0000-4000-8000-000000000000",
  number_id: "n",
  contact_id: "c",
  content: { type: "text", text: { body: "hello" } },
  context: { message_id: "wamid.1" },
  created_at: Date.UTC(2026, 10, 22, 12),
  attempted_at: 1,
};

test.each([
  [false, undefined, { state: "waiting" }],
  [true, undefined, { state: "sending" }],
  [false, { code: "invalid", title: "No" }, { state: "refused", code: "invalid", title: "No" }],
])("on the line: %s, refused: %j", (isSending, refused, pending) => {
  const agent = { id: "s", name: "Ada" };
  expect(shown({ ...entry, ...(refused ? { refused } : {}) }, isSending, agent)).toEqual({
    id: entry.id,
    number_id: "n",
    contact_id: "c",
    direction: "outbound",
    origin: "agent",
    agent,
    sent_at: "2026-11-22T12:00:00.000Z",
    received_at: "2026-11-22T12:00:00.000Z",
    content: entry.content,
    context: { message_id: "wamid.1" },
    pending,
  });
});
