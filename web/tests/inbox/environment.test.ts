/** The parts of a browser that core is given. */

import { browserClock, newId, onlineSignal, visibleSignal } from "@inbox/environment";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => vi.useRealTimers());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("names are UUIDs, also on plain http where browsers hide how to make one", () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) } as Crypto;
  const made = Array.from({ length: 100 }, () => newId(insecure));
  expect(made.every((id) => UUID.test(id))).toBe(true);
  expect(new Set(made).size).toBe(100);
  expect(newId()).toMatch(UUID);
});

test("what was to be called later can be taken back", () => {
  vi.useFakeTimers();
  const call = vi.fn();
  browserClock.after(10, call);
  browserClock.after(10, call)();
  vi.advanceTimersByTime(20);
  expect(call).toHaveBeenCalledTimes(1);
});

test("the line and the eye are told as the browser tells them", () => {
  const online = onlineSignal();
  dispatchEvent(new Event("offline"));
  expect(online.value).toBe(false);
  dispatchEvent(new Event("online"));
  expect(online.value).toBe(true);

  const visible = visibleSignal();
  const seen = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(visible.value).toBe(false);
  seen.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(visible.value).toBe(true);
});
