/** Row 12: it opens from this browser's own copy, also without a network and a server, and leaves nothing behind. */
import { enter, shelved, withAda } from "./entering.ts";
import { expectStored, kept } from "./keeping.ts";
import { Screen } from "./screen.ts";
import { expect, test } from "./test.ts";
import { AWAY, refused } from "./watch.ts";

// What a browser may keep of somebody who has gone: how the page looks, and that a hint was read.
const HARMLESS = /^cloud-inbox:(scheme|language|golive\.dismissed)$/;

async function expectNothingLeft(screen: Screen): Promise<void> {
  await expect(screen.list).toBeHidden();
  await expect.poll(async () => (await kept(screen.page)).databases).toEqual([]);
  const { keys, text } = await kept(screen.page);
  expect(keys.filter((key) => !HARMLESS.test(key))).toEqual([]);
  for (const word of ["Ada Lovelace", "Remember this", "half a word"]) expect(text).not.toContain(word);
}

test("row 12: with the server stopped a reload shows the list and the open conversation", async ({
  page,
  shop,
  stack,
  watch,
}) => {
  watch.allow(AWAY);
  const ada = await withAda(shop, "Remember this");
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Remember this")).toBeVisible();
  await expectStored(page, "Remember this");
  await shelved(page);

  await stack.inbox.kill();
  await page.reload();
  await expect(screen.row("Ada Lovelace")).toBeVisible();
  await expect(screen.bubble("Remember this")).toBeVisible();
  await screen.isIn("offline");
  await stack.inbox.start();
  await shop.writes(ada, "And this");
  await expect(screen.bubble("And this")).toBeVisible({ timeout: 30_000 });
  await screen.isIn("live");
});

test("row 12: with the network off a new tab opens, and each number has a database of its own", async ({
  page,
  context,
  shop,
  watch,
}) => {
  watch.allow(AWAY);
  await withAda(shop, "Remember this");
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Remember this")).toBeVisible();
  await expectStored(page, "Remember this");
  await shelved(page);
  await page.close();
  await context.setOffline(true);

  const again = await context.newPage();
  await again.goto(shop.stack.origin);
  const second = new Screen(again);
  await expect(second.bubble("Remember this")).toBeVisible();
  await second.isIn("offline");
  const { databases } = await kept(again);
  expect(databases.some((name) => name.includes(shop.number_id))).toBe(true);
});

test("row 12: signing out leaves nothing in this browser", async ({ page, shop }) => {
  await withAda(shop, "Remember this");
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.composer.fill("half a word");
  await expectStored(page, "Remember this");
  await expectStored(page, "half a word");

  const settings = await screen.openSettings("About");
  await settings.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("Nothing of your conversations is left in this browser.")).toBeVisible();
  await expectNothingLeft(screen);
  expect((await shop.api<{ tokens: unknown[] }>("GET", "/v1/tokens")).tokens).toEqual([]);
});

test("row 12: a device that a colleague signs out is wiped within seconds, live", async ({ page, shop, watch }) => {
  watch.allow(refused(401));
  await withAda(shop, "Remember this");
  const screen = await enter(page, shop, { live: true, agent: "Stolen laptop" });
  await screen.open("Ada Lovelace");
  await screen.composer.fill("half a word");
  await shop.revoke("Stolen laptop");
  await expect(page.getByText(/^This browser was signed out: from another device/)).toBeVisible();
  await expectNothingLeft(screen);
});

test("row 12: a device that a colleague signs out is wiped at the next refresh, in pull mode", async ({
  page,
  shop,
  watch,
}) => {
  watch.allow(refused(401));
  await withAda(shop, "Remember this");
  const screen = await enter(page, shop, { agent: "Stolen laptop" });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Remember this")).toBeVisible();
  await shop.revoke("Stolen laptop");
  await screen.refresh();
  await expect(page.getByText(/^This browser was signed out: from another device/)).toBeVisible();
  await expectNothingLeft(screen);
});
