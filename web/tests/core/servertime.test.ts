import { ServerTime } from "@core/servertime";
import { expect, test } from "vitest";
import { ManualClock } from "../stage";

const NOW = Date.parse("2026-03-01T09:00:00.250Z");

/** An answer of a server whose clock is `ahead_ms` of this machine's true time. */
function hear(time: ServerTime, clock: ManualClock, server_ms: number, journey_ms = 40): void {
  const sent_at = clock.steady();
  time.heard(new Date(server_ms + journey_ms / 2).toUTCString(), sent_at - journey_ms, sent_at);
}

test("before any answer it is what this machine says, or what was known last time", () => {
  const clock = new ManualClock(NOW);
  const time = new ServerTime(clock);
  expect(time.now()).toBe(NOW);
  expect(time.known.value).toBe(false);
  time.suppose(3_600_000);
  expect(time.now()).toBe(NOW + 3_600_000);
});

test("several answers narrow the whole seconds of the header down to a fraction of one", async () => {
  const clock = new ManualClock(NOW - 5 * 3_600_000);
  const time = new ServerTime(clock);
  for (let n = 0; n < 12; n += 1) {
    hear(time, clock, clock.now() + 5 * 3_600_000);
    await clock.pass(1_000 + n * 83);
  }
  expect(time.known.value).toBe(true);
  expect(Math.abs(time.now() - (clock.now() + 5 * 3_600_000))).toBeLessThan(120);
});

test("setting this machine's clock back changes nothing, and makes it ask again", async () => {
  const clock = new ManualClock(NOW);
  const time = new ServerTime(clock);
  hear(time, clock, NOW);
  const before = time.now();
  clock.set(NOW - 7_200_000);
  expect(time.now()).toBe(before);
  expect(time.check()).toBe(true);
  expect(time.known.value).toBe(false);
  expect(time.now()).toBe(before);
  expect(time.check()).toBe(false);
});

test("after sleep it is as much later, at once", () => {
  const clock = new ManualClock(NOW);
  const time = new ServerTime(clock);
  hear(time, clock, NOW);
  const before = time.now();
  clock.sleep(8 * 3_600_000);
  expect(time.now()).toBe(before + 8 * 3_600_000);
  expect(time.check()).toBe(true);
  expect(time.now()).toBe(before + 8 * 3_600_000);
});

test("a clock that was set forward is put right by the next answer", () => {
  const clock = new ManualClock(NOW);
  const time = new ServerTime(clock);
  hear(time, clock, NOW);
  clock.set(NOW + 86_400_000);
  time.check();
  hear(time, clock, NOW);
  expect(time.known.value).toBe(true);
  expect(Math.abs(time.now() - NOW)).toBeLessThan(1_100);
});

test("another server with another clock is believed rather than mixed with the first", async () => {
  const clock = new ManualClock(NOW);
  const time = new ServerTime(clock);
  hear(time, clock, NOW);
  hear(time, clock, NOW + 60_000);
  expect(Math.abs(time.now() - (NOW + 60_000))).toBeLessThan(1_100);
});

test("no header, or one that is no date, says nothing", () => {
  const clock = new ManualClock(NOW);
  const time = new ServerTime(clock);
  time.heard(null, 0, 0);
  time.heard("soon", 0, 0);
  expect(time.known.value).toBe(false);
});
