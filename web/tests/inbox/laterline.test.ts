/** A line whose program has yet to come. */
import type { OpenLine } from "@core/environment";
import { laterLine } from "@inbox/laterline";
import { expect, test } from "vitest";
import { ManualClock, settled } from "../stage";

function recorded() {
  const said: unknown[] = [];
  const open: OpenLine = (origin, token) => {
    said.push(["open", origin, token]);
    return { follow: (numbers) => void said.push(["follow", numbers]), close: () => void said.push("close") };
  };
  return { said, open };
}

test("what was asked before the program came is asked of it then", async () => {
  const { said, open } = recorded();
  const line = laterLine(async () => open, new ManualClock())("https://a.test", "secret", () => {});
  line.follow({ 1: null });
  line.follow({ 1: "5", 2: null });
  await settled();
  expect(said).toEqual([
    ["open", "https://a.test", "secret"],
    ["follow", { 1: "5", 2: null }],
  ]);
  line.follow({ 2: "7" });
  line.close();
  expect(said.slice(2)).toEqual([["follow", { 2: "7" }], "close"]);
});

test("a line that was closed before is not opened", async () => {
  const { said, open } = recorded();
  laterLine(async () => open, new ManualClock())("https://a.test", "secret", () => {}).close();
  await settled();
  expect(said).toEqual([]);
});

test("when the program cannot be had it is asked for again, until the line is closed", async () => {
  const clock = new ManualClock();
  const { said, open } = recorded();
  let asked = 0;
  const load = async () => {
    asked += 1;
    if (asked < 3) throw new TypeError("no network");
    return open;
  };
  const heard: unknown[] = [];
  const line = laterLine(load, clock)("https://a.test", "secret", (frame) => heard.push(frame));
  line.follow({ 1: null });
  await clock.pass(20_000);
  expect(asked).toBe(3);
  // Or whoever listens would wait for it without asking.
  expect(heard).toEqual([
    { type: "closed", code: 1006 },
    { type: "closed", code: 1006 },
  ]);
  expect(said).toHaveLength(2);

  asked = -100;
  const other = laterLine(load, clock)("https://a.test", "secret", () => {});
  await settled();
  other.close();
  await clock.pass(60_000);
  expect(asked).toBe(-99);
});
