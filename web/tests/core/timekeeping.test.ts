import { ServerTime } from "@core/servertime";
import { Timekeeping } from "@core/timekeeping";
import { expect, test } from "vitest";
import { type Stage, settled, stage } from "../stage";

async function begin(around: Stage) {
  const time = new ServerTime(around.clock);
  let asked = 0;
  const keeping = new Timekeeping(time, around.environment, () => {
    asked += 1;
  });
  await keeping.start();
  return { time, keeping, asked: () => asked };
}

const hear = (around: Stage, time: ServerTime) =>
  time.heard(new Date(around.server.now_ms).toUTCString(), around.clock.steady(), around.clock.steady());

test("after sleep, and after somebody set the clock, the server is asked once", async () => {
  const around = stage();
  const { time, keeping, asked } = await begin(around);
  hear(around, time);
  await around.clock.pass(60_000);
  expect(asked()).toBe(0);
  around.clock.sleep(3_600_000);
  await around.clock.pass(30_000);
  expect(asked()).toBe(1);
  around.clock.set(0);
  await around.clock.pass(30_000);
  expect(asked()).toBe(2);
  keeping.close();
  around.clock.set(9_999_999_999_999);
  await around.clock.pass(30_000);
  expect(asked()).toBe(2);
});

test("a window that comes back looks at once", async () => {
  const around = stage();
  const { time, keeping, asked } = await begin(around);
  hear(around, time);
  around.visible.value = false;
  around.clock.sleep(3_600_000);
  around.visible.value = true;
  await settled();
  expect(asked()).toBe(1);
  keeping.close();
});

test("how wrong this machine's clock is outlives the visit", async () => {
  const around = stage();
  around.server.ahead_ms = 7_200_000;
  const first = await begin(around);
  hear(around, first.time);
  await settled();
  first.keeping.close();
  const second = await begin(around);
  expect(Math.abs(second.time.now() - around.server.now_ms)).toBeLessThan(1_100);
  expect(second.time.known.value).toBe(false);
  second.keeping.close();
});
