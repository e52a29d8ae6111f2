/** What is kept in the browser, and that one server never sees what belongs to another. */
import { expect, test } from "vitest";
import { changeSettings, keepFor, keepOpen, readSettings, wasOpen } from "../../extension/settings";
import { MemoryStore } from "./ports";

test("nothing chosen, or nonsense kept, is the defaults", async () => {
  const store = new MemoryStore();
  const defaults = { origin: null, side: null, key: true, tell: "nothing" };
  expect(await readSettings(store)).toEqual(defaults);
  await store.set({ settings: { side: "above", tell: 7, key: "no" } });
  expect(await readSettings(store)).toEqual(defaults);
  await store.set({ settings: "nonsense" });
  expect(await readSettings(store)).toEqual(defaults);
});

test("a change leaves the others alone", async () => {
  const store = new MemoryStore();
  await changeSettings(store, { side: "right" });
  await changeSettings(store, { origin: "https://x" });
  expect(await readSettings(store)).toEqual({ origin: "https://x", side: "right", key: true, tell: "nothing" });
});

test("what is kept for one server is not there for another", async () => {
  const store = new MemoryStore();
  const [one, other] = [keepFor(store, "https://one"), keepFor(store, "https://other")];
  await one.set("sign-in", { session: "secret" });
  expect(await one.get("sign-in")).toEqual({ session: "secret" });
  expect(await other.get("sign-in")).toBeUndefined();
  await one.remove("sign-in");
  expect(await one.get("sign-in")).toBeUndefined();
});

test("open or closed is remembered", async () => {
  const store = new MemoryStore();
  expect(await wasOpen(store)).toBe(false);
  await keepOpen(store, true);
  expect(await wasOpen(store)).toBe(true);
});
