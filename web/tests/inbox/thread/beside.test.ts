/** Floating things stay where they can be seen. */
import { placed } from "@inbox/thread/beside";
import { expect, test } from "vitest";

const VIEWPORT = { width: 320, height: 640 };
const beside = (left: number, top: number) => ({ left, right: left + 40, top, bottom: top + 40 });

test("below what they belong to, or above where there is no room", () => {
  expect(placed(beside(10, 100), { width: 100, height: 200 }, VIEWPORT)).toEqual({ left: 10, top: 144 });
  expect(placed(beside(10, 590), { width: 100, height: 200 }, VIEWPORT)).toEqual({ left: 10, top: 386 });
});

test("flush with the nearer side, and never outside", () => {
  expect(placed(beside(270, 100), { width: 100, height: 20 }, VIEWPORT).left).toBe(210);
  expect(placed(beside(300, 100), { width: 100, height: 20 }, VIEWPORT).left).toBe(212);
  expect(placed(beside(-30, 100), { width: 100, height: 20 }, VIEWPORT).left).toBe(8);
});

test("what is larger than the view starts at its edge", () => {
  expect(placed(beside(10, 100), { width: 400, height: 900 }, VIEWPORT)).toEqual({ left: 8, top: 8 });
});
