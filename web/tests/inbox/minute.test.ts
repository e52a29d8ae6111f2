/** The time by which days, hours and minutes are told. */
import { minutes } from "@inbox/minute";
import { expect, test } from "vitest";
import { ManualClock } from "../stage";

test("it is the server's, moves by itself, and stands still when it is stopped", async () => {
  const clock = new ManualClock();
  const ahead_ms = 3_600_000;
  const minute = minutes({ now: () => clock.now() + ahead_ms }, clock);
  expect(minute.now.value).toBe(clock.now() + ahead_ms);
  await clock.pass(60_000);
  expect(minute.now.value).toBe(clock.now() + ahead_ms);
  minute.stop();
  const then = minute.now.value;
  await clock.pass(600_000);
  expect(minute.now.value).toBe(then);
});
