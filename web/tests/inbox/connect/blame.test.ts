/** Meta's refusal stands next to the field that it concerns. */
import { blame } from "@inbox/connect/blame";
import { expect, test } from "vitest";

test.each([
  [190, "access_token"],
  [0, "access_token"],
  [10, "access_token"],
  [200, "access_token"],
  [299, "access_token"],
  ["bad_token", "access_token"],
  [100, "phone_number_id"],
  [33, "phone_number_id"],
  [4, "form"],
  [131031, "form"],
  ["", "form"],
] as const)("code %s concerns %s", (code, expected) => {
  expect(blame({ code })).toBe(expected);
});
