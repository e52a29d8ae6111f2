import { upon } from "@core/upon";
import { signal } from "@preact/signals";
import { expect, test } from "vitest";

test("it calls each time the sign turns true, and no more once it is ended", async () => {
  const sign = signal(true);
  let called = 0;
  const end = upon(sign, () => {
    called += 1;
  });
  expect(called).toBe(0); // never within whatever turned it
  await null;
  expect(called).toBe(1);
  sign.value = false;
  await null;
  expect(called).toBe(1);
  sign.value = true;
  await null;
  expect(called).toBe(2);
  sign.value = false;
  sign.value = true;
  end();
  await null;
  expect(called).toBe(2);
});
