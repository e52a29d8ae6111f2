/** A refusal by the outbox itself is said in the reader's language; the server's own words stay the server's. */

import { speech } from "@inbox/speech";
import { refusedWords } from "@inbox/thread/refused";
import { expect, test } from "vitest";

test.each(["expired", "outbox_full", "waited_too_long"])("%s has words in both languages", async (code) => {
  await speech.start();
  const english = refusedWords({ code, title: "title" });
  await speech.choose("de");
  const german = refusedWords({ code, title: "title" });
  expect(new Set(["title", `refused.${code}`, english, german]).size).toBe(4);
});

test("what the server refused keeps its title", () => {
  expect(refusedWords({ code: "invalid", title: "The text is too long" })).toBe("The text is too long");
});
