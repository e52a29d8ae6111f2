/** An invented verify token cannot be guessed and survives a URL. */
import { inventVerifyToken } from "@inbox/connect/verifytoken";
import { expect, test } from "vitest";

test("no two are alike, and each is safe in a URL", () => {
  const many = Array.from({ length: 200 }, inventVerifyToken);
  expect(new Set(many).size).toBe(200);
  for (const one of many) expect(one).toMatch(/^[A-Za-z0-9_-]{32}$/);
});
