/** The frame's line to the worker: one socket far away looks like a line of one's own, through every restart. */
import type { LineFrame } from "@core/environment";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HubPort } from "../../../extension/frame/hubport";
import { Port } from "../ports";

let ports: Port[];
let alive: boolean;
beforeEach(() => {
  vi.useFakeTimers();
  ports = [];
  alive = true;
  vi.stubGlobal("chrome", {
    runtime: {
      get id() {
        return alive ? "us" : undefined;
      },
      connect: ({ name }: { name: string }) => {
        const port = new Port(name);
        ports.push(port);
        return port.as;
      },
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const last = () => ports.at(-1) as Port;

test("nobody gets in before the worker has said so", async () => {
  let entered = false;
  const hub = new HubPort("nonce");
  void hub.entered.then(() => {
    entered = true;
  });
  expect(last().said).toEqual([{ type: "enter", nonce: "nonce" }]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(entered).toBe(false);
  last().say({ type: "entered", shown: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(entered).toBe(true);
  expect(hub.shown.value).toBe(true);
});

test("a line follows, hears, and ends", () => {
  const hub = new HubPort(null);
  last().say({ type: "entered", shown: true });
  const heard: LineFrame[] = [];
  const line = hub.openLine("https://x", "t", (frame) => heard.push(frame));
  line.follow({ n: "1" });
  expect(last().last("follow")).toEqual({
    type: "follow",
    line: 0,
    origin: "https://x",
    token: "t",
    numbers: { n: "1" },
  });
  last().say({ type: "line", line: 0, frame: { type: "welcome" } });
  last().say({ type: "line", line: 7, frame: { type: "welcome" } });
  expect(heard).toEqual([{ type: "welcome" }]);
  line.close();
  expect(last().last("unfollow")).toEqual({ type: "unfollow", line: 0 });
});

test("a new worker is told where the lines stand, and the lines that they were cut off", async () => {
  const hub = new HubPort("nonce");
  last().say({ type: "entered", shown: true });
  const heard: LineFrame[] = [];
  hub.openLine("https://x", "t", (frame) => heard.push(frame)).follow({ n: "1" });
  hub.watches({ number_id: "n", contact_id: "ada" });
  last().say({ type: "line", line: 0, frame: { type: "changes", number_id: "n", cursor: "4", changes: [] } });
  last().leave();
  expect(heard.at(-1)).toEqual({ type: "closed", code: 1012 });
  await vi.advanceTimersByTimeAsync(300);
  expect(ports).toHaveLength(2);
  last().say({ type: "entered", shown: true });
  expect(last().last("follow")).toMatchObject({ numbers: { n: "4" } });
  expect(last().last("watching")).toMatchObject({ place: { contact_id: "ada" } });
});

test("a worker that keeps dying is not asked ever faster", async () => {
  new HubPort("nonce");
  for (let n = 0; n < 20; n++) {
    last().leave();
    await vi.advanceTimersByTimeAsync(10_000);
  }
  const before = ports.length;
  last().leave();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(ports).toHaveLength(before);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(ports).toHaveLength(before + 1);
});

test("an extension that is gone is not asked at all", async () => {
  new HubPort("nonce");
  alive = false;
  last().leave();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ports).toHaveLength(1);
});

test("what is wished for before anybody listens is granted then", () => {
  const hub = new HubPort(null);
  const place = { number_id: "n", contact_id: "ada" };
  last().say({ type: "wish", place });
  const wished: unknown[] = [];
  hub.listen((one) => wished.push(one));
  last().say({ type: "wish", place: { ...place, contact_id: "ben" } });
  expect(wished).toEqual([place, { ...place, contact_id: "ben" }]);
});

test("as long as it is open it keeps the worker awake", async () => {
  new HubPort(null);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(last().said.filter((word) => (word as { type: string }).type === "still")).toHaveLength(3);
});
