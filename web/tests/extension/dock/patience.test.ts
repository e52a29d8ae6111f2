/** What the page takes away comes back, without a fight that would cost anybody a processor. */
import { expect, test } from "vitest";
import { Patience } from "../../../extension/dock/patience";

test("at once for the first few times, then slower and slower, and never slower than a minute's half", () => {
  const patience = new Patience();
  const delays = Array.from({ length: 14 }, () => patience.next(0));
  expect(delays).toEqual([0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test("a page that fights for an hour costs a few attempts a minute", () => {
  const patience = new Patience();
  let now_ms = 0;
  let times = 0;
  for (; now_ms < 3_600_000; times++) now_ms += patience.next(now_ms) + 1;
  expect(times).toBeLessThan(140);
});

test("after a minute of peace it is quick again", () => {
  const patience = new Patience();
  for (let n = 0; n < 10; n++) patience.next(0);
  expect(patience.next(59_000)).toBeGreaterThan(0);
  expect(patience.next(120_000)).toBe(0);
});
