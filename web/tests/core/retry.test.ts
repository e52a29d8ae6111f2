import { Retry } from "@core/retry";
import { expect, test } from "vitest";
import { ManualClock } from "../stage";

async function waits(clock: ManualClock, retry: Retry, calls: () => number, least_ms = 0): Promise<number> {
  const before = calls();
  const began = clock.steady();
  retry.later(least_ms);
  while (calls() === before) await clock.pass(50);
  return clock.steady() - began;
}

test("each failure waits longer than the last, up to half a minute, and success forgets them", async () => {
  const clock = new ManualClock();
  let called = 0;
  const retry = new Retry(clock, () => {
    called += 1;
  });
  const took: number[] = [];
  for (let n = 0; n < 7; n += 1) took.push(await waits(clock, retry, () => called));
  expect(took[0]).toBeLessThan(3_000);
  expect(took[3]).toBeGreaterThan(10_000);
  expect(took[6]).toBeLessThan(37_000);
  retry.done();
  expect(await waits(clock, retry, () => called)).toBeLessThan(3_000);
});

test("not before the server wants it, and not at all once it is called off", async () => {
  const clock = new ManualClock();
  let called = 0;
  const retry = new Retry(clock, () => {
    called += 1;
  });
  expect(await waits(clock, retry, () => called, 20_000)).toBeGreaterThanOrEqual(20_000);
  retry.later();
  retry.cancel();
  await clock.pass(100_000);
  expect(called).toBe(1);
});
