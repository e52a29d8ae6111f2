/** Light or dark. */

import { chooseScheme, scheme, seenScheme, startScheme } from "@inbox/scheme";
import { beforeEach, expect, test, vi } from "vitest";
import { MemoryKeep } from "../stage";

const marked = () => document.documentElement.dataset["scheme"];

beforeEach(() => startScheme(new MemoryKeep()));

test("the system decides until the reader does, and again when the reader lets it", async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  expect(seenScheme()).toBe("dark");
  await chooseScheme("light");
  expect([seenScheme(), marked()]).toEqual(["light", "light"]);
  await chooseScheme(null);
  expect([seenScheme(), marked()]).toEqual(["dark", undefined]);
  vi.unstubAllGlobals();
});

test("the choice is kept; what is kept by mistake is none", async () => {
  const keep = new MemoryKeep();
  await startScheme(keep);
  await chooseScheme("dark");
  await startScheme(new MemoryKeep());
  expect(scheme.value).toBeNull();
  await startScheme(keep);
  expect(scheme.value).toBe("dark");
  await keep.set("scheme", "pink");
  await startScheme(keep);
  expect(marked()).toBeUndefined();
});
