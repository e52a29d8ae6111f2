/** The emoji, their names, and finding them. */
import { emojiTable, searched, toned, understood } from "@inbox/thread/emoji/table";
import { expect, test } from "vitest";

const ALL = Number.POSITIVE_INFINITY;

test("they are there in both languages, in the order of Unicode", async () => {
  const [en, de] = await Promise.all([emojiTable("en", ALL), emojiTable("de", ALL)]);
  expect(en.length).toBeGreaterThan(1_800);
  expect(de.length).toBe(en.length);
  expect(en[0]?.name).toBe("grinning face");
  expect(de[0]?.name).toBe("grinsendes Gesicht");
});

test("what this machine cannot draw is left out", async () => {
  const old = await emojiTable("en", 12);
  expect(old.some((one) => one.emoji === "🥱")).toBe(true);
  expect(old.some((one) => one.emoji === "🫠")).toBe(false);
});

test("tones of skin by themselves are none", async () => {
  expect((await emojiTable("en", ALL)).some((one) => one.emoji === "🏻")).toBe(false);
});

test("a search goes by the beginnings of words, all of them, and names come first", async () => {
  const table = await emojiTable("en", ALL);
  const found = (asked: string) => searched(table, asked).map((one) => one.emoji);
  expect(found("birthday")[0]).toBe("🎂");
  expect(found("BIRTH cake")).toEqual(["🎂"]);
  expect(found("thumbs")[0]).toBe("👍");
  expect(found(":D")).toEqual(["😄"]);
  expect(found("irthday")).toEqual([]);
  expect(found("  ")).toEqual([]);
});

test("a tone is given to those that have tones", () => {
  const skins = [1, 2, 3, 4, 5].map((tone) => ({ tone, emoji: `hand ${tone}`, version: 1 }));
  const entry = { annotation: "hand", emoji: "hand", order: 1, group: 1, version: 1 };
  const [hand, cake] = understood(
    [
      { ...entry, skins },
      { ...entry, annotation: "cake", emoji: "cake", order: 2 },
    ],
    ALL,
  );
  if (!hand || !cake) throw new Error("both are there");
  expect(toned(hand, 0)).toBe("hand");
  expect(toned(hand, 5)).toBe("hand 5");
  expect(toned(cake, 5)).toBe("cake");
});
