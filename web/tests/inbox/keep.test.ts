/** The small durable memory of a page, also where the browser denies it. */

import { pageKeep } from "@inbox/keep";
import { beforeEach, expect, test } from "vitest";

beforeEach(() => localStorage.clear());

test("what is kept is there after a reload", async () => {
  await pageKeep(() => localStorage).set("choice", { number: "1" });
  const reloaded = pageKeep(() => localStorage);
  expect(await reloaded.get("choice")).toEqual({ number: "1" });
  await reloaded.remove("choice");
  expect(await pageKeep(() => localStorage).get("choice")).toBeNull();
});

test("where storage is denied, it is kept for as long as the page is open", async () => {
  const keep = pageKeep(() => {
    throw new DOMException("denied", "SecurityError");
  });
  await keep.set("choice", 1);
  expect(await keep.get("choice")).toBe(1);
  await keep.remove("choice");
  expect(await keep.get("choice")).toBeNull();
});

test("what no longer fits is kept for as long as the page is open", async () => {
  const full = new Proxy(localStorage, {
    get: (target, name) =>
      name !== "setItem"
        ? Reflect.get(target, name).bind(target)
        : (key: string, text: string) => {
            if (!key.endsWith("probe")) throw new DOMException("full", "QuotaExceededError");
            target.setItem(key, text);
          },
  });
  const keep = pageKeep(() => full);
  await keep.set("draft", "long");
  expect(await keep.get("draft")).toBe("long");
});

test("what somebody else wrote under our name is as good as nothing", async () => {
  localStorage.setItem("cloud-inbox:choice", "{torn");
  expect(await pageKeep(() => localStorage).get("choice")).toBeNull();
});
