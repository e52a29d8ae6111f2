/** Whoever is erased is gone from every browser at once, and from one that was away as soon as it is back. */

import type { BrowserContext, Page } from "@playwright/test";
import { expectAccessible } from "./accessible.ts";
import { enter, withAda } from "./entering.ts";
import { expectStored, kept } from "./keeping.ts";
import type { Screen } from "./screen.ts";
import { type Customer, nextSecond, type Shop } from "./shop.ts";
import { expect, test } from "./test.ts";
import { AWAY, refused } from "./watch.ts";

const WORDS = ["Remember this", "half a word", "Ada Lovelace"];

/** A browser that has read Ada's words, keeps them, and in which an answer to her is being typed. */
async function reader(page: Page, shop: Shop, agent: string, live = true): Promise<Screen> {
  const screen = await enter(page, shop, { live, agent });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Remember this")).toBeVisible();
  await screen.composer.fill("half a word");
  await expectStored(page, "Remember this");
  await expectStored(page, "half a word");
  return screen;
}

/** In no database, cache or field of the browser, nor on the screen. */
async function expectNothingOf(page: Page, ada: Customer): Promise<void> {
  const left = async () => {
    const { text } = await kept(page);
    return [...WORDS, ada.contact_id, ada.phone].filter((word) => text.includes(word));
  };
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
}

async function askToErase(screen: Screen): Promise<void> {
  await screen.thread.getByRole("button", { name: "Conversation menu" }).click();
  await screen.page.getByRole("menuitem", { name: "Erase this customer…" }).click();
  await expect(screen.page.getByRole("alertdialog", { name: "Erase Ada Lovelace?" })).toBeVisible();
}

async function erase(screen: Screen): Promise<void> {
  await askToErase(screen);
  await screen.page.getByRole("button", { name: "Erase for good" }).click();
  await expect(screen.page.getByRole("dialog", { name: "Erased: Ada Lovelace" })).toBeVisible();
}

const done = (page: Page) => page.getByRole("dialog").getByRole("button", { name: "Done" }).click();

/** One person, one browser. */
async function opened(another: () => Promise<BrowserContext>): Promise<Page> {
  return await (await another()).newPage();
}

test("a customer who is erased is gone here, in a colleague's browser, and in one that was offline", async ({
  page,
  shop,
  another,
  watch,
}) => {
  watch.allow(AWAY, refused(404), refused(410)); // the feed is cut, and the one that was away asks for her
  const ada = await withAda(shop, "Remember this");
  const ben = await shop.customer("Ben");
  await shop.lands(ben, "Me too");
  const [there, away] = [await opened(another), await opened(another)];
  const screen = await reader(page, shop, "Cleo");
  await reader(there, shop, "Dora");
  await reader(away, shop, "Emil", false);
  await away.context().setOffline(true);

  await erase(screen);
  const receipt = page.getByRole("dialog", { name: "Erased: Ada Lovelace" });
  await expect(receipt.getByText("Conversations")).toBeVisible();
  await expect(receipt.getByRole("heading", { name: "What remains elsewhere" })).toBeVisible();
  await done(page);
  await expectNothingOf(page, ada);
  await expectNothingOf(there, ada);
  expect((await kept(away)).text).toContain("Remember this");
  await away.context().setOffline(false);
  await expectNothingOf(away, ada);

  for (const one of [page, there, away]) await expect(one.getByRole("button", { name: /^Ben ?, / })).toBeVisible();
  expect((await shop.conversations()).map(({ contact }) => contact.name)).toEqual(["Ben"]);
});

test("whoever was erased and writes again begins a new conversation", async ({ page, shop, watch }) => {
  watch.allow(refused(404), refused(410));
  const ada = await withAda(shop, "Remember this");
  const screen = await reader(page, shop, "Cleo");
  await erase(screen);
  await done(page);
  await nextSecond(); // what she says in the second of the erasure counts as from before it
  await shop.lands(ada, "It is me again");
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("It is me again")).toBeVisible();
  await expect(screen.bubbles).toHaveCount(1);
  await expect(screen.composer).toHaveValue("");
});

test("a number is erased with all its conversations, by whoever types its label", async ({
  page,
  shop,
  another,
  watch,
}) => {
  watch.allow(refused(404), refused(410)); // the other browser asks for a number that is gone
  const ada = await withAda(shop, "Remember this");
  const there = await opened(another);
  const screen = await reader(page, shop, "Cleo");
  await reader(there, shop, "Dora");
  const settings = await screen.openSettings();
  await settings.getByRole("button", { name: "Erase everything of this number" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Erase for good" })).toBeDisabled();
  const label = (await question.getByRole("heading").innerText()).replace(/^Erase everything of (.*)\?$/, "$1");
  await question.getByRole("textbox").fill(label);
  await question.getByRole("button", { name: "Erase for good" }).click();
  await expect(page.getByRole("dialog", { name: `Erased: ${label}` })).toBeVisible({ timeout: 20_000 });
  await done(page);
  for (const one of [page, there]) await expectNothingOf(one, ada);
  await expect(there.getByRole("button", { name: "Save & connect" })).toBeVisible();
});

test("how long messages are kept is chosen in settings, and asked about when it is shorter", async ({ page, shop }) => {
  await withAda(shop, "Remember this");
  const screen = await enter(page, shop, { live: true });
  const settings = await screen.openSettings();
  const keep = settings.getByRole("combobox", { name: "Keep messages for" });
  await expect(keep).toHaveValue("0");
  await keep.scrollIntoViewIfNeeded();
  await expectAccessible(page, "retention");
  await keep.selectOption({ label: "90 days" });
  await page.getByRole("alertdialog").getByRole("button", { name: "Erase older messages" }).click();
  await expect(keep).toHaveValue("90");
  await keep.selectOption({ label: "1 year" });
  await expect(keep).toHaveValue("365");
  expect(await shop.api("GET", `/v1/numbers/${shop.number_id}`)).toMatchObject({ retention_days: 365 });
});

test("axe finds nothing in question and receipt, and the focus goes back", async ({ page, shop, watch }) => {
  watch.allow(refused(404), refused(410));
  await withAda(shop, "Remember this");
  const screen = await reader(page, shop, "Cleo");
  await askToErase(screen);
  await expectAccessible(page, "erase-question");
  await page.keyboard.press("Escape");
  await expect(screen.thread.getByRole("button", { name: "Conversation menu" })).toBeFocused();
  await erase(screen);
  await expectAccessible(page, "erase-receipt");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
