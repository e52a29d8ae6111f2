/** Docks and frames find each other, and nobody else gets in between. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Look } from "../../../extension/wire";
import { Hub } from "../../../extension/worker/hub";
import { Relay } from "../../../extension/worker/relay";
import { Port } from "../ports";
import { Sockets } from "../socket";

const LOOK: Look = { side: "left", bar: "left", words: { button: "b", panel: "p", badge: "", reload: "r" } };
const PLACE = { number_id: "n", contact_id: "ada" };
const settled = () => new Promise<void>((done) => setTimeout(done));

let hub: Hub;
let sockets: Sockets;
let stirred: (boolean | undefined)[];
let remembered: boolean;
let kept: boolean[];
beforeEach(() => {
  sockets = new Sockets();
  stirred = [];
  kept = [];
  remembered = false;
  hub = new Hub(new Relay(sockets.open), {
    look: () => LOOK,
    remembered: async () => remembered,
    opened: (open) => void kept.push(open),
    stirred: (numbers) => void stirred.push(numbers),
  });
});

async function dock({ tab = 1, nonce = "a", fresh = true, open = false } = {}): Promise<Port> {
  const port = new Port("dock", { tab });
  hub.takeDock(port.as);
  port.say({ type: "hello", nonce, open, fresh });
  await settled();
  return port;
}

function frame({ tab = 1, nonce = "a" as string | null, id = 5 } = {}): Port {
  const port = new Port("frame", { tab, frame: id });
  hub.takeFrame(port.as);
  port.say({ type: "enter", nonce });
  return port;
}

describe("getting in", () => {
  test("a frame is let in when the dock of its tab has asked for it, whichever comes first", async () => {
    await dock();
    expect(frame().last("entered")).toEqual({ type: "entered", shown: false });
    const early = frame({ tab: 2, nonce: "b" });
    expect(early.last("entered")).toBeUndefined();
    await dock({ tab: 2, nonce: "b" });
    expect(early.last("entered")).toBeDefined();
  });

  test("a frame that the page has made is never let in", async () => {
    await dock();
    expect(frame({ nonce: "guessed" }).last("entered")).toBeUndefined();
    expect(frame({ nonce: null }).last("entered")).toBeUndefined();
    expect(frame({ tab: 2 }).last("entered")).toBeUndefined();
  });

  test("the same nonce lets in one frame only", async () => {
    await dock();
    const first = frame();
    const second = frame({ id: 6 });
    expect(first.last("entered")).toBeDefined();
    expect(second.last("entered")).toBeUndefined();
  });

  test("nothing that a frame says counts before it is let in", async () => {
    const port = frame({ nonce: "guessed" });
    port.say({ type: "follow", line: 0, origin: "https://x", token: "t", numbers: { n: "1" } });
    port.say({ type: "watching", place: PLACE });
    expect(sockets.all).toHaveLength(0);
    expect(hub.watches(PLACE)).toBe(false);
  });

  test("a page of ours in a tab of its own needs no dock", () => {
    expect(frame({ nonce: null, id: 0 }).last("entered")).toEqual({ type: "entered", shown: true });
  });

  test("a dock is at the top of its tab or nowhere", () => {
    const port = new Port("dock", { frame: 3 });
    hub.takeDock(port.as);
    expect(port.open).toBe(false);
    expect(hub.docks.size).toBe(0);
  });

  test("what is no word of ours is not heard", async () => {
    const port = await dock();
    for (const word of [null, 1, "open", {}, { type: "opened", open: "yes" }, { type: "enter", nonce: 7 }])
      port.say(word);
    expect(kept).toEqual([]);
  });
});

describe("open and closed", () => {
  test("a page just loaded is as it was left; a dock that comes back is as it is", async () => {
    remembered = true;
    expect((await dock()).last("look")).toEqual({ type: "look", look: LOOK, open: true });
    expect((await dock({ fresh: false, open: false })).last("look")).toEqual({ type: "look", look: LOOK, open: null });
  });

  test("opening is remembered, and told to the frame inside", async () => {
    const top = await dock();
    const inside = frame();
    top.say({ type: "opened", open: true });
    expect(kept).toEqual([true]);
    expect(inside.last("shown")).toEqual({ type: "shown", shown: true });
  });

  test("the frame closes the overlay of its own tab", async () => {
    const [here, there] = [await dock(), await dock({ tab: 2, nonce: "b" })];
    frame().say({ type: "close" });
    expect(here.last("open")).toEqual({ type: "open", open: false });
    expect(there.last("open")).toBeUndefined();
  });

  test("the dock hears when its frame is gone, and only that one", async () => {
    const top = await dock();
    frame().leave();
    expect(top.last("gone")).toEqual({ type: "gone", nonce: "a" });
    frame({ nonce: "guessed" }).leave();
    expect(top.said.filter((word) => (word as { type: string }).type === "gone")).toHaveLength(1);
  });
});

describe("what frames ask for", () => {
  test("lines of several frames share one socket, and end with their frame", async () => {
    await dock();
    await dock({ tab: 2, nonce: "b" });
    const [one, two] = [frame(), frame({ tab: 2, nonce: "b" })];
    for (const port of [one, two])
      port.say({ type: "follow", line: 0, origin: "https://x", token: "t", numbers: { n: "1" } });
    sockets.last.changes("n", "2");
    const told = {
      type: "line",
      line: 0,
      frame: { type: "changes", number_id: "n", cursor: "2", changes: [], after: "1" },
    };
    expect(one.last("line")).toEqual(told);
    expect(two.last("line")).toEqual(told);
    expect(sockets.all).toHaveLength(1);
    one.leave();
    expect(sockets.last.closed).toBe(false);
    two.say({ type: "unfollow", line: 0 });
    expect(sockets.last.closed).toBe(true);
  });

  test("a wish waits for the frame that will grant it", async () => {
    await dock();
    hub.wish(1, PLACE);
    const port = frame();
    expect(port.last("wish")).toEqual({ type: "wish", place: PLACE });
    port.leave();
    expect(frame().last("wish")).toBeUndefined();
  });

  test("who watches a conversation is known until they look away", async () => {
    await dock();
    const port = frame();
    port.say({ type: "watching", place: PLACE });
    expect(hub.watches(PLACE)).toBe(true);
    expect(hub.watches({ ...PLACE, contact_id: "ben" })).toBe(false);
    port.say({ type: "watching", place: null });
    expect(hub.watches(PLACE)).toBe(false);
  });

  test("what may have changed the count is passed on", async () => {
    await dock();
    const port = frame();
    stirred.length = 0;
    port.say({ type: "stirred", numbers: true });
    expect(stirred).toEqual([true]);
  });
});

test("there is an end to how many may come", () => {
  for (let tab = 0; tab < 80; tab++) hub.takeDock(new Port("dock", { tab }).as);
  expect(hub.docks.size).toBe(64);
});
