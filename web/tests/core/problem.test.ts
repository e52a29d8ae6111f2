import { Problem, Unreachable } from "@core/problem";
import { expect, test } from "vitest";

test("it carries what the server said, and only a code where an error is written down", () => {
  const errors = [{ field: "access_token", code: "missing", message: "Needed" }];
  const problem = new Problem(422, { code: "invalid", title: "Invalid", detail: "you typed 'x'", errors }, 3);
  expect(problem).toMatchObject({ status: 422, code: "invalid", title: "Invalid", detail: "you typed 'x'", errors });
  expect(problem.retry_after_s).toBe(3);
  expect(`${problem}`).toBe("Problem: invalid");
  expect(`${new Unreachable("secret")}`).toBe("Unreachable: no answer");
});

test.each([null, "<html>", 7, [], { code: 5 }])("a body of another shape (%j) still has a code", (body) => {
  expect(new Problem(502, body)).toMatchObject({ code: "http_502", title: "http_502" });
});

test.each([
  [503, true],
  [429, true],
  [408, true],
  [409, false],
  [422, false],
])("%i may pass: %s", (status, passes) => {
  expect(new Problem(status, {}).isPassing).toBe(passes);
});
