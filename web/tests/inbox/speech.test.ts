/** The reader's language: which it is, that it is kept, and how times are told in it. */

import { chosenLanguage, daysBetween, fitting, formatDay, formatWhen, language, say, speech } from "@inbox/speech";
import { effect } from "@preact/signals";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryKeep } from "../stage";

const NOW_MS = new Date(2026, 2, 12, 15, 30).getTime();
const ago = (days: number, hour = 9) => new Date(2026, 2, 12 - days, hour, 5).getTime();

describe("speech", () => {
  beforeEach(async () => {
    await speech.start(new MemoryKeep());
    await speech.choose("en");
  });

  test("the first of the reader's languages that we have is spoken, whatever its region", () => {
    expect(fitting(["fr-CA", "de-AT", "en"])).toBe("de");
    expect(fitting(["EN-gb"])).toBe("en");
    expect(fitting(["xx"])).toBe("en");
    expect(fitting([])).toBe("en");
  });

  test("a language chosen by hand is spoken at once, marked on the page, and kept", async () => {
    const keep = new MemoryKeep();
    await speech.start(keep);
    const heard: string[] = [];
    const stop = effect(() => void heard.push(say("filter.all")));

    await speech.choose("de");

    expect(heard).toEqual(["All", "Alle"]);
    expect(document.documentElement.lang).toBe("de");
    await speech.start(keep);
    expect(language.value).toBe("de");
    stop();

    await speech.choose(null);
    expect(chosenLanguage.value).toBeNull();
    expect(await keep.get("language")).toBeUndefined();
  });

  test("what is kept by mistake is no language", async () => {
    const keep = new MemoryKeep();
    await keep.set("language", "klingon");
    await speech.start(keep);
    expect(language.value).toBe("en");
  });

  test("counts follow the plural rules of the language", async () => {
    expect(say("list.unread", { count: 1 })).toBe("1 unread message");
    expect(say("list.unread", { count: 2 })).toBe("2 unread messages");
    await speech.choose("de");
    expect(say("list.unread", { count: 1 })).toBe("1 ungelesene Nachricht");
  });

  test("the list tells the time today, then the day, then the date", () => {
    expect(formatWhen(ago(0), NOW_MS)).toMatch(/9:05/);
    expect(formatWhen(ago(1, 23), NOW_MS)).toBe("Yesterday");
    expect(formatWhen(ago(3), NOW_MS)).toBe("Monday");
    expect(formatWhen(ago(7), NOW_MS)).toMatch(/05.*2026/);
  });

  test("a time ahead of now, as a wrong clock gives, is told as a time", () => {
    expect(formatWhen(NOW_MS + 60_000, NOW_MS)).toMatch(/3:31/);
  });

  test("separators name the day", () => {
    expect(formatDay(ago(0), NOW_MS)).toBe("Today");
    expect(formatDay(ago(1), NOW_MS)).toBe("Yesterday");
    expect(formatDay(ago(6), NOW_MS)).toBe("Friday");
    expect(formatDay(ago(40), NOW_MS)).toMatch(/2026/);
  });

  test("days are counted by midnights, not by hours", () => {
    expect(daysBetween(new Date(2026, 2, 11, 23, 59).getTime(), new Date(2026, 2, 12, 0, 1).getTime())).toBe(1);
    expect(daysBetween(new Date(2026, 2, 12, 0, 1).getTime(), new Date(2026, 2, 12, 23, 59).getTime())).toBe(0);
  });
});
