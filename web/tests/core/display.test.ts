import type { Shown } from "@core/chat";
import { newestFailure, reacted, withPending } from "@core/display";
import type { Entry } from "@core/pending";
import { expect, test } from "vitest";
import { CONTACT, inbound, NUMBER, outbound } from "./said";

const HERE = { number_id: NUMBER, contact_id: CONTACT };
const entry = (id: string, over: Partial<Entry> = {}): Entry => ({
  id,
  ...HERE,
  content: { type: "text", text: { body: id } },
  created_at: 1_000,
  ...over,
});
const reaction = (message_id: string, emoji: string, over: Partial<Entry> = {}) =>
  entry(`r-${message_id}`, { content: { type: "reaction", reaction: { message_id, emoji } }, ...over });
const shown = (rows: readonly Shown[], entries: Entry[]) => withPending(rows, entries, new Set(["b"]), HERE, undefined);

test("what pends stands last in the order in which it was said, each saying how it does", () => {
  const rows = [inbound()];
  const all = shown(rows, [entry("a"), entry("b"), entry("c", { contact_id: "another" })]);
  expect(all.map(({ pending }) => pending?.state)).toEqual([undefined, "waiting", "sending"]);
});

test("what the server shows already does not pend as well", () => {
  const rows = [outbound({ id: "a" })];
  expect(shown(rows, [entry("a")])).toEqual(rows);
});

test("nothing pending costs nothing: the same list", () => {
  const rows = [inbound()];
  expect(shown(rows, [])).toBe(rows);
});

test("a pending reaction stands on its message instead of our last one, an empty one takes it away", () => {
  const rows = [inbound({ id: "m", reactions: [{ by: "business", emoji: "🙏", at: "2026-01-01T00:00:00.000Z" }] })];
  expect(shown(rows, [reaction("m", "👍")])[0]?.reactions?.map(({ emoji }) => emoji)).toEqual(["👍"]);
  expect(shown(rows, [reaction("m", "")])[0]?.reactions).toEqual([]);
  expect(reacted(rows[0] as Shown, entry("a"))).toBe(rows[0]);
});

test("the newest failure counts, until something newer went well or it was put away", () => {
  const failed = outbound({ id: "f", status: "failed" });
  const none = new Set<string>();
  expect(newestFailure([outbound(), failed, inbound(), outbound({ status: "queued" })], none)?.id).toBe("f");
  expect(newestFailure([failed, outbound({ status: "delivered" })], none)).toBeNull();
  expect(newestFailure([failed], new Set(["f"]))).toBeNull();
  expect(newestFailure([outbound({ id: "u", status: "unknown" })], none)?.id).toBe("u");
  const refused = outbound({ id: "p", pending: { state: "refused", code: "x", title: "x" } });
  expect(newestFailure([failed, refused], none)?.id).toBe("p");
});
