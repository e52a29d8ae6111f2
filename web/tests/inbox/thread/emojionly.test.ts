/** When words are nothing but a few emoji. */
import { emojiOnly } from "@inbox/thread/emojionly";
import { expect, test } from "vitest";

test.each([
  ["😀", 1],
  ["❤️", 1],
  ["❤", 1],
  ["©", 0],
  ["✔", 0],
  ["👨‍👩‍👧‍👦", 1],
  ["👍🏽", 1],
  ["🇵🇹", 1],
  ["1️⃣", 1],
  ["😀😀", 2],
  ["😀 🎂 🥖", 3],
  ["😀😀😀😀", 0],
  ["1", 0],
  ["#", 0],
  ["Hi 😀", 0],
  ["", 0],
  [" ", 0],
  ["😀".repeat(5_000), 0],
] as const)("%s: %i", (text, count) => {
  expect(emojiOnly(text)).toBe(count);
});
