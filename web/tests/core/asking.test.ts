import { Problem, Unreachable } from "@core/api";
import { Asking } from "@core/asking";
import { expect, test } from "vitest";
import { ManualClock } from "../stage";

test("whoever asks while a question is under way waits for that one", async () => {
  const asking = new Asking(new ManualClock());
  let asked = 0;
  let answer = () => {};
  const question = () => {
    asked += 1;
    return new Promise<void>((resolve) => {
      answer = resolve;
    });
  };
  const both = Promise.all([asking.ask(question), asking.ask(question)]);
  expect(asking.busy.value).toBe(true);
  answer();
  await both;
  expect(asked).toBe(1);
  expect(asking.busy.value).toBe(false);
});

test("after a failure nobody asks for a while, unless the server is heard of", async () => {
  const clock = new ManualClock();
  const asking = new Asking(clock);
  let asked = 0;
  const question = async () => {
    asked += 1;
    throw asked === 1 ? new Unreachable() : new Problem(503, { code: "unavailable" });
  };
  await asking.ask(question);
  await asking.ask(question);
  expect(asked).toBe(1);
  await clock.pass(2_000);
  await asking.ask(question);
  expect(asked).toBe(2);
  asking.resume();
  await asking.ask(question);
  expect(asked).toBe(3);
});

test("a defect is no refusal: it is heard of", async () => {
  const asking = new Asking(new ManualClock());
  await expect(asking.ask(() => Promise.reject(new RangeError("ours")))).rejects.toThrow("ours");
  expect(asking.busy.value).toBe(false);
});
