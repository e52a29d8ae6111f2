/** Signs open and close where WhatsApp lets them, nest properly, and never reach into an address or code. */
import { marked, verbatim } from "@core/marks";
import { describe, expect, test } from "vitest";

describe("what stands as it was typed", () => {
  test.each([
    ["a `b` c", [{ text: "a " }, { text: "b", mark: "code" }, { text: " c" }]],
    ["```a`b```", [{ text: "a`b", mark: "mono" }]],
    ["a``b", [{ text: "a``b" }]],
    ["``` ```x```", [{ text: "``` " }, { text: "x", mark: "mono" }]],
    ["`a\nb` `c`", [{ text: "`a\nb` " }, { text: "c", mark: "code" }]],
  ])("in %j", (body, parts) => {
    expect(verbatim(body)).toEqual(parts);
  });

  test("of nothing is nothing", () => {
    expect(verbatim("")).toEqual([]);
  });
});

describe("marks", () => {
  test.each([
    ["*a*", [[0, 2, "bold"]]],
    [
      "*_a_*",
      [
        [1, 3, "italic"],
        [0, 4, "bold"],
      ],
    ],
    ["*a _b* c_", [[0, 5, "bold"]]],
    ["a*b*c", []],
    ["a*b* c", []],
    ["c *b*a", []],
    ["*a", []],
    ["* a *", []],
    ["*a\n*", []],
  ])("of %j", (text, spans) => {
    expect(marked(text, []).map(({ start, end, mark }) => [start, end, mark])).toEqual(spans);
  });

  test("pass over an address", () => {
    expect(marked("_a x_y_ b_", [{ start: 3, end: 6 }])).toEqual([{ start: 0, end: 6, mark: "italic" }]);
    expect(marked("*x*", [{ start: 0, end: 3 }])).toEqual([]);
  });
});
