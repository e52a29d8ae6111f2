/** One socket serves everybody, and nobody misses a change without being told where the socket stands. */
import type { LineFrame } from "@core/environment";
import { beforeEach, describe, expect, test } from "vitest";
import { type Member, Relay } from "../../../extension/worker/relay";
import { Sockets } from "../socket";

const ORIGIN = "https://inbox.example.com";

let sockets: Sockets;
let relay: Relay;
beforeEach(() => {
  sockets = new Sockets();
  relay = new Relay(sockets.open);
});

function joined(): { member: Member; heard: LineFrame[] } {
  const heard: LineFrame[] = [];
  return { member: relay.join((frame) => heard.push(frame)), heard };
}

describe("one socket", () => {
  test("two followers of the same token share it, and both hear", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    two.member.follow(ORIGIN, "t", { n: "1" });
    sockets.last.welcome();
    sockets.last.changes("n", "2");
    expect(sockets.all).toHaveLength(1);
    expect(one.heard).toEqual([
      { type: "welcome" },
      { type: "changes", number_id: "n", cursor: "2", changes: [], after: "1" },
    ]);
    expect(two.heard).toEqual(one.heard);
  });

  test("it follows what any of them follows, and no more when they go", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    two.member.follow(ORIGIN, "t", { m: "7" });
    expect(sockets.last.follows.at(-1)).toEqual({ n: "1", m: "7" });
    one.member.leave();
    expect(sockets.last.follows.at(-1)).toEqual({ m: "7" });
    two.member.leave();
    expect(sockets.last.closed).toBe(true);
    expect(relay.size).toBe(0);
  });

  test("nobody hears of a number that they do not follow", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    two.member.follow(ORIGIN, "t", { m: "7" });
    sockets.last.changes("m", "8");
    expect(one.heard).toEqual([]);
    expect(two.heard).toHaveLength(1);
  });

  test("another token or another server has a socket of its own", () => {
    const [one, two, three] = [joined(), joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    two.member.follow(ORIGIN, "u", { n: "1" });
    three.member.follow("https://other.example.com", "t", { n: "1" });
    expect(sockets.all).toHaveLength(3);
  });

  test("a follower that takes another token lets go of the first socket", () => {
    const one = joined();
    one.member.follow(ORIGIN, "t", { n: "1" });
    one.member.follow(ORIGIN, "u", { n: "1" });
    expect(sockets.all.map(({ closed }) => closed)).toEqual([true, false]);
  });
});

describe("whoever comes later", () => {
  test("hears that the line is up and where it stands, even where it stands itself", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    sockets.last.welcome();
    sockets.last.changes("n", "5");
    two.member.follow(ORIGIN, "t", { n: "3" });
    expect(two.heard).toEqual([
      { type: "welcome" },
      { type: "changes", number_id: "n", cursor: "5", changes: [], after: "5" },
    ]);
    const three = joined();
    three.member.follow(ORIGIN, "t", { n: "5" });
    expect(three.heard).toEqual(two.heard);
  });

  test("hears nothing of a place that the server has not confirmed", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    two.member.follow(ORIGIN, "t", { n: "3" });
    expect(two.heard).toEqual([]);
    sockets.last.changes("n", "5");
    expect(two.heard).toEqual([{ type: "changes", number_id: "n", cursor: "5", changes: [], after: "1" }]);
  });

  test("does not move the socket back", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "5" });
    two.member.follow(ORIGIN, "t", { n: "1" });
    expect(sockets.last.follows).toEqual([{ n: "5" }]);
  });

  test("a cursor takes the place of from now on", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: null });
    two.member.follow(ORIGIN, "t", { n: "1" });
    expect(sockets.last.follows.at(-1)).toEqual({ n: "1" });
  });
});

describe("a lost place", () => {
  test("everybody hears of it, and the first with a fresh cursor takes the socket there", () => {
    const [one, two] = [joined(), joined()];
    one.member.follow(ORIGIN, "t", { n: "1" });
    two.member.follow(ORIGIN, "t", { n: "1" });
    sockets.last.hear({ type: "resync", number_id: "n" });
    expect(one.heard).toEqual([{ type: "resync", number_id: "n" }]);
    expect(two.heard).toEqual(one.heard);
    one.member.follow(ORIGIN, "t", { n: "9" });
    expect(sockets.last.follows.at(-1)).toEqual({ n: "9" });
    sockets.last.changes("n", "10");
    expect(two.heard.at(-1)).toEqual({ type: "changes", number_id: "n", cursor: "10", changes: [], after: "9" });
  });

  test("after a reconnect, frames follow on where the socket stood", () => {
    const one = joined();
    one.member.follow(ORIGIN, "t", { n: "1" });
    sockets.last.welcome();
    sockets.last.changes("n", "2");
    sockets.last.hear({ type: "closed", code: 1012 });
    const two = joined();
    two.member.follow(ORIGIN, "t", { n: "2" });
    expect(two.heard).toEqual([{ type: "closed", code: 1012 }]);
    sockets.last.welcome();
    sockets.last.changes("n", "4");
    expect(two.heard.at(-1)).toEqual({ type: "changes", number_id: "n", cursor: "4", changes: [], after: "2" });
  });
});

test("whoever follows after a refusal gets a socket that was not refused", () => {
  const [one, two] = [joined(), joined()];
  one.member.follow(ORIGIN, "t", { n: "1" });
  sockets.last.hear({ type: "closed", code: 4401 });
  expect(one.heard).toEqual([{ type: "closed", code: 4401 }]);
  two.member.follow(ORIGIN, "t", { n: "1" });
  expect(sockets.all).toHaveLength(2);
  one.member.leave();
  expect(relay.size).toBe(1);
  expect(sockets.last.closed).toBe(false);
});
