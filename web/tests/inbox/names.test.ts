/** What people and numbers are called. */

import { faceOf } from "@inbox/avatar";
import { initials, labelOf, nameOf } from "@inbox/names";
import { expect, test } from "vitest";

test("a conversation is called by the best that is known of its contact", () => {
  expect(nameOf({ contact_id: "US.1", contact: { name: "Ada", phone: "+1", username: "ada" } })).toBe("Ada");
  expect(nameOf({ contact_id: "US.1", contact: { name: "  ", phone: "+1", username: "ada" } })).toBe("+1");
  expect(nameOf({ contact_id: "US.1", contact: { username: "ada" } })).toBe("@ada");
  expect(nameOf({ contact_id: "US.1", contact: {} })).toBe("US.1");
});

test("a number is called by its label, its verified name, or its id", () => {
  expect(labelOf({ id: "1", display_number: "+91 98", verified_name: "Shop" })).toBe("+91 98");
  expect(labelOf({ id: "1", display_number: null, verified_name: "Shop" })).toBe("Shop");
  expect(labelOf({ id: "1", display_number: " ", verified_name: null })).toBe("1");
});

test("initials are the first letters of the first and the last word, in any script", () => {
  expect(initials("Ada Augusta King-Noel")).toBe("AK");
  expect(initials("çelik")).toBe("Ç");
  expect(initials("(Bob) 🎉 smith")).toBe("BS");
  expect(initials("مريم الأنصاري")).toBe("ما");
  expect(initials("+91 98765 43210")).toBe("");
  expect(initials("🎉")).toBe("");
});

test("a contact's colour is always the same, one of those there are, and not everybody's", () => {
  const faces = Array.from({ length: 200 }, (_, at) => faceOf(`contact ${at}`));
  expect(faceOf("contact 7")).toBe(faces[7]);
  expect(new Set(faces)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
});
