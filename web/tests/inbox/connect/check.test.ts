/** What can be seen of a pasted credential is said before Meta is asked. */
import {
  checkAccessToken,
  checkAppSecret,
  checkDisplayNumber,
  checkPhoneNumberId,
  checkVerifyToken,
  type Finding,
} from "@inbox/connect/check";
import { expect, test } from "vitest";

const said = (found: Finding | null) => found && `${found.level} ${found.phrase}`;

test.each([
  ["106540352242922", null],
  [" 106540352242922\n", null],
  ["", "error check.number_id.required"],
  ["+91 98765 43210", "error check.number_id.is_phone"],
  ["(555) 078-3881", "error check.number_id.is_phone"],
  ["abc", "error check.number_id.digits"],
  ["1".repeat(65), "error check.too_long"],
])("a phone number id is digits: %j", (typed, expected) => {
  expect(said(checkPhoneNumberId(typed))).toBe(expected);
});

test.each([
  ["EAAGm0PX4ZCpsBA", null],
  ["  EAAGm0PX4ZCpsBA \n", null],
  ["", "error check.token.required"],
  ["Bearer EAAGm0", "error check.token.bearer"],
  ['"EAAGm0"', "error check.secret.quotes"],
  ["EAAG m0PX", "error check.secret.spaces"],
  ["EAAG\nm0PX", "error check.secret.spaces"],
  ["EAAGém0", "error check.secret.letters"],
  ["123456|abcdef", "warning check.token.app"],
  ["simulated-access-token", "warning check.token.unusual"],
])("an access token is one piece, as Meta shows it: %j", (typed, expected) => {
  expect(said(checkAccessToken(typed))).toBe(expected);
});

test.each([
  ["anything at all", null],
  ["", "error check.verify.required"],
  [" edge", "error check.verify.edges"],
  ["v".repeat(257), "error check.too_long"],
])("a verify token is compared letter for letter: %j", (typed, expected) => {
  expect(said(checkVerifyToken(typed))).toBe(expected);
});

test.each([
  ["", null],
  ["0123456789abcdef0123456789abcdef", null],
  ["EAAGm0", "warning check.secret.is_token"],
  ["short", "warning check.secret.unusual"],
  ["two words", "error check.secret.spaces"],
])("an app secret is 32 hexadecimal digits, or is left out: %j", (typed, expected) => {
  expect(said(checkAppSecret(typed))).toBe(expected);
});

test("a display number is any label that fits", () => {
  expect(checkDisplayNumber("+91 98765 43210")).toBeNull();
  expect(said(checkDisplayNumber("x".repeat(129)))).toBe("error check.too_long");
});
