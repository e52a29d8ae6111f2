import type { LineFrame } from "@core/environment";
import { type SocketMaker, socketLine } from "@core/socket";
import { expect, test, vi } from "vitest";
import { ManualClock } from "../stage";

/** A wire whose other end the test holds. */
class Wire extends EventTarget {
  static made: Wire[] = [];
  readyState = 0;
  binaryType = "blob";
  readonly said: Record<string, unknown>[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    super();
    Wire.made.push(this);
  }

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): this {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
    return this;
  }

  tell(frame: unknown): void {
    this.dispatchEvent(
      new MessageEvent("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) }),
    );
  }

  end(code: number): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code, reason: "" }));
  }

  fail(): void {
    this.dispatchEvent(Object.assign(new Event("error"), { message: "failed" }));
    this.readyState = 3;
  }
}

const CHANGE = {
  cursor: "2-0.a",
  kind: "removed",
  value: { of: "message", number_id: "1", id: "m" },
};

function begin(chance = 0.5) {
  Wire.made = [];
  const clock = new ManualClock();
  const heard: LineFrame[] = [];
  const open = socketLine({ WebSocket: Wire as unknown as SocketMaker, clock, random: () => chance });
  const line = open("https://inbox.test", "secret", (frame) => heard.push(frame));
  const wire = async (n: number) => {
    for (let tries = 0; tries < 300 && Wire.made.length < n; tries += 1) {
      await clock.pass(0);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return Wire.made[n - 1] as Wire;
  };
  return { clock, heard, line, wire };
}

test("the token goes into the first frame and never into the address", async () => {
  const { line, wire, heard } = begin();
  line.follow({ "1": "1-0.a" });
  const first = (await wire(1)).open();
  expect(first.url).toBe("wss://inbox.test/v1/live");
  expect(first.protocols).toEqual(["cloud-inbox.v1"]);
  expect(first.said).toEqual([{ type: "hello", token: "secret", numbers: { "1": "1-0.a" } }]);
  first.tell({ type: "welcome", heartbeat_s: 20 });
  expect(heard).toEqual([{ type: "welcome" }]);
  line.close();
});

test("changes say what they follow, and a new line resumes from the last of them", async () => {
  const { line, wire, heard, clock } = begin();
  line.follow({ "1": "1-0.a" });
  const first = (await wire(1)).open();
  first.tell({ type: "welcome", heartbeat_s: 20 });
  first.tell({ type: "changes", number_id: "1", cursor: "2-0.a", changes: [CHANGE] });
  expect(heard.at(-1)).toMatchObject({ type: "changes", after: "1-0.a", cursor: "2-0.a" });
  first.end(4408);
  expect(heard.at(-1)).toEqual({ type: "closed", code: 4408 });
  await clock.pass(400);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await clock.pass(1);
  expect(Wire.made.length).toBe(1); // not at once: whoever was cut off with us comes back, too
  await clock.pass(200);
  const second = (await wire(2)).open();
  expect(second.said[0]).toMatchObject({ numbers: { "1": "2-0.a" } });
  line.close();
});

test("a number that must be read anew is followed again only from the new place", async () => {
  const { line, wire, heard } = begin();
  line.follow({ "1": "1-0.a" });
  const first = (await wire(1)).open();
  first.tell({ type: "welcome" });
  first.tell({ type: "resync", number_id: "1" });
  first.tell({ type: "changes", number_id: "1", cursor: "2-0.a", changes: [CHANGE] });
  expect(heard.map(({ type }) => type)).toEqual(["welcome", "resync"]);
  line.follow({ "1": "9-0.b" });
  expect(first.said.at(-1)).toEqual({ type: "subscribe", numbers: { "1": "9-0.b" } });
  first.tell({ type: "changes", number_id: "1", cursor: "9-0.b", changes: [] });
  expect(heard.at(-1)).toMatchObject({ type: "changes", after: "9-0.b" });
  line.close();
});

test("other numbers are subscribed to and let go while the line stands, also before its welcome", async () => {
  const { line, wire } = begin();
  line.follow({ "1": "1-0.a" });
  const first = (await wire(1)).open();
  line.follow({ "2": null });
  expect(first.said.slice(1)).toEqual([
    { type: "unsubscribe", numbers: ["1"] },
    { type: "subscribe", numbers: { "2": null } },
  ]);
  line.close();
});

test("a ping is answered; what is no frame of ours is passed over", async () => {
  const { line, wire, heard } = begin();
  const first = (await wire(1)).open();
  first.tell("{not json");
  first.tell({ type: "weather", sunny: true });
  first.tell({ type: "changes", number_id: "1", cursor: "1-0.a", changes: [{ kind: "message", cursor: "x y" }] });
  first.tell({ type: "ping" });
  expect(first.said.at(-1)).toEqual({ type: "pong" });
  expect(heard).toEqual([]);
  line.close();
});

test.each([4401, 4403])("after %i it does not come back", async (code) => {
  const { line, wire, heard, clock } = begin();
  (await wire(1)).open().end(code);
  expect(heard).toEqual([{ type: "closed", code }]);
  await clock.pass(300_000);
  expect(Wire.made.length).toBe(1);
  line.close();
});

test("too many sockets means a long wait", async () => {
  const { line, wire, clock } = begin();
  (await wire(1)).open().end(4429);
  await clock.pass(45_000);
  await new Promise((resolve) => setTimeout(resolve, 20)); // the library's own millisecond
  await clock.pass(1);
  expect(Wire.made.length).toBe(1);
  await clock.pass(20_000);
  expect(await wire(2)).toBeDefined();
  line.close();
});

test("attempts that fail are told once each, and grow apart", async () => {
  const { line, wire, heard, clock } = begin(0);
  const waits: number[] = [];
  for (let n = 1; n <= 4; n += 1) {
    const began = clock.steady();
    while (Wire.made.length < n) {
      await clock.pass(100);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    waits.push(clock.steady() - began);
    (await wire(n)).fail();
  }
  expect(heard).toEqual(Array.from({ length: 4 }, () => ({ type: "closed", code: 1006 })));
  expect(waits[3]).toBeGreaterThan((waits[1] ?? 0) * 2);
  line.close();
});

test("a line on which nothing is heard any more is given up, after sleep at once", async () => {
  for (const asleep of [false, true]) {
    const { line, wire, heard, clock } = begin();
    const first = (await wire(1)).open();
    first.tell({ type: "welcome", heartbeat_s: 20 });
    await clock.pass(20_000);
    first.tell({ type: "ping" });
    await clock.pass(30_000);
    expect(heard.map(({ type }) => type)).toEqual(["welcome"]);
    if (asleep) {
      clock.sleep(3_600_000);
      await clock.pass(6_000);
    } else {
      await clock.pass(25_000);
    }
    expect(heard.at(-1)?.type).toBe("closed");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await clock.pass(1_000);
    expect((await wire(2)).open().said[0]).toMatchObject({ type: "hello" });
    line.close();
  }
});

test("closed, it says and hears nothing more", async () => {
  const { line, wire, heard, clock } = begin();
  const first = (await wire(1)).open();
  const warned = vi.spyOn(console, "warn");
  line.close();
  first.tell({ type: "welcome" });
  await clock.pass(100_000);
  expect(heard).toEqual([]);
  expect(Wire.made.length).toBe(1);
  expect(warned).not.toHaveBeenCalled();
});
