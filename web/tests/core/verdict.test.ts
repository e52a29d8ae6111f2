/** Whatever our server answers, a message waits, or is refused with the server's own words; nothing is sent blindly. */
import { Problem, Unreachable } from "@core/problem";
import { verdict } from "@core/verdict";
import { describe, expect, test } from "vitest";

const problem = (status: number, code: string, retry_after_s?: number) =>
  new Problem(status, { code, title: `title of ${code}` }, retry_after_s);

describe("a message is refused", () => {
  test.each([
    [400, "bad_json"],
    [403, "scope"],
    [404, "no_such_contact"],
    [409, "id_reused"],
    [409, "disconnected"],
    [413, "too_large"],
    [422, "invalid"],
  ])("at %i %s, in the server's words", (status, code) => {
    expect(verdict(problem(status, code), 1, 0)).toEqual({ kind: "refused", code, title: `title of ${code}` });
  });

  test("when what it answers is not at WhatsApp after a minute", () => {
    const waits = [1, 2, 3, 4, 5].map((tries) => verdict(problem(409, "not_sent_yet"), tries, 0.99));
    expect(waits.map((each) => each.kind)).toEqual(Array(5).fill("wait"));
    expect(waits.every((each) => each.kind === "wait" && each.whom === "conversation")).toBe(true);
    expect(verdict(problem(409, "not_sent_yet"), 6, 0).kind).toBe("refused");
  });
});

describe("a message waits", () => {
  test.each([
    [new Unreachable(), "all"],
    [new TypeError("whatever"), "all"],
    [problem(429, "too_many_requests"), "all"],
    [problem(503, "try_again"), "all"],
    [problem(502, "http_502"), "all"],
    [problem(504, "http_504"), "all"],
    [problem(500, "http_500"), "conversation"],
    [problem(408, "too_slow"), "conversation"],
  ])("at %s, and so does %s", (failure, whom) => {
    expect(verdict(failure, 1, 0)).toMatchObject({ kind: "wait", whom, isTold: false });
  });

  test("longer each time, never more than a minute, and each browser a little differently", () => {
    const wait = (tries: number, random: number) => {
      const told = verdict(new Unreachable(), tries, random);
      return told.kind === "wait" ? told.ms : 0;
    };
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((tries) => wait(tries, 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    expect(wait(50, 0.9999)).toBeLessThanOrEqual(60_000);
    expect(wait(1, 0.5)).toBe(750);
  });

  test("as long as it is told, within reason", () => {
    expect(verdict(problem(429, "too_many_requests", 7), 1, 0)).toMatchObject({ ms: 7000, isTold: true });
    expect(verdict(problem(503, "starting", 0), 1, 0)).toMatchObject({ ms: 500, isTold: false });
    expect(verdict(problem(503, "starting", 86_400), 1, 0)).toMatchObject({ ms: 300_000 });
  });
});

test("nobody is signed in any more", () => {
  expect(verdict(problem(401, "unauthenticated"), 1, 0)).toEqual({ kind: "ended" });
});
