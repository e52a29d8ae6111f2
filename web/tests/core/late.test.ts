/** Messages that Meta delivered late are told apart; history and our own are not late. */
import { lateBy_ms } from "@core/late";
import { expect, test } from "vitest";
import { inbound, outbound } from "./said";

const times = { sent_at: "2026-11-22T12:00:00.000Z", received_at: "2026-11-22T12:02:00.000Z" };

test("two minutes are late", () => {
  expect(lateBy_ms(inbound(times))).toBe(120_000);
  expect(lateBy_ms(inbound({ ...times, received_at: "2026-11-22T12:01:59.999Z" }))).toBeNull();
});

test("history and what was sent here are not", () => {
  expect(lateBy_ms(inbound({ ...times, history: true }))).toBeNull();
  expect(lateBy_ms(outbound(times))).toBeNull();
});
