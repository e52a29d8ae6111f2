/** A text counts as Meta and the server count it: in code points. */
import { maySend, sendable, TEXT_LENGTH_MAX, textLength } from "@core/textlength";
import { describe, expect, test } from "vitest";

describe("the length", () => {
  test.each([
    ["", 0],
    ["hello", 5],
    ["é", 1],
    ["e\u0301", 2],
    ["😀", 1],
    ["👨‍👩‍👧‍👦", 7],
    ["مرحبا", 5],
    ["\ud83d", 1],
    ["\ude00\ud83d", 2],
    ["a\ud83d😀", 3],
  ])("of %j is %i", (body, length) => {
    expect(textLength(body)).toBe(length);
    expect(textLength(body)).toBe([...body].length);
  });
});

describe("what may be sent", () => {
  test("ends at Meta's limit, in characters and not in UTF-16 units", () => {
    expect(maySend("😀".repeat(TEXT_LENGTH_MAX))).toBe(true);
    expect(maySend("😀".repeat(TEXT_LENGTH_MAX + 1))).toBe(false);
    expect(maySend(` ${"a".repeat(TEXT_LENGTH_MAX)}\n`)).toBe(true);
  });

  test.each(["", " ", "\n\t ", "\0", "\u00a0"])("is not %j", (body) => {
    expect(maySend(body)).toBe(false);
  });

  test("keeps the words and drops what no JSON parser takes", () => {
    expect(sendable("  a\0b\ud83dc 😀\n\nd  ")).toBe("ab\uFFFDc 😀\n\nd");
  });
});
