/** Row 9: the composer: Enter, Shift+Enter, drafts, one send for each click, and what is typed without a line. */
import { enter, shelved, withAda } from "./entering.ts";
import type { Customer, Shop } from "./shop.ts";
import { expect, test } from "./test.ts";
import { AWAY } from "./watch.ts";

/** The texts that came from here and that her phone has, and that Graph was asked once for each. */
async function received(shop: Shop, ada: Customer): Promise<string[]> {
  const bubbles = await shop.phone(ada);
  return bubbles
    .filter(({ by }) => by === "business")
    .map(({ content }) => String((content?.["text"] as { body?: string } | undefined)?.body));
}

test("row 9: Enter sends, Shift+Enter makes a line", async ({ page, shop }) => {
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.composer).toBeFocused();

  await page.keyboard.type("One");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("Two");
  await expect(screen.composer).toHaveValue("One\nTwo");
  await page.keyboard.press("Enter");
  await expect(screen.composer).toHaveValue("");
  await expect(screen.composer).toBeFocused();
  await expect.poll(() => received(shop, ada)).toEqual(["One\nTwo"]);
  await expect(screen.bubble("One").getByText("One\nTwo")).toBeVisible();
});

test("row 9: pressing Enter twice, or clicking twice, says it once", async ({ page, shop }) => {
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");

  await screen.composer.fill("Twice pressed");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await screen.composer.fill("Twice clicked");
  await screen.send.dblclick();
  await expect(screen.bubbles).toHaveCount(3);
  await expect(screen.tick("Twice clicked", "Read")).toBeVisible();
  await expect(screen.tick("Twice pressed", "Read")).toBeVisible();
  expect(await received(shop, ada)).toEqual(["Twice pressed", "Twice clicked"]);
});

test("row 9: a draft survives a reload, each conversation has its own", async ({ page, shop }) => {
  await withAda(shop);
  await shop.lands(await shop.customer("Ben Okri"), "Hello");
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await screen.composer.fill("For Ada,\nhalf");
  await screen.open("Ben Okri");
  await expect(screen.composer).toHaveValue("");
  await screen.composer.fill("For Ben");

  await page.reload();
  await expect(screen.composer).toHaveValue("For Ben");
  await screen.open("Ada Lovelace");
  await expect(screen.composer).toHaveValue("For Ada,\nhalf");
});

test("row 9: typed without a network it waits, survives a reload, and goes once when the line is back", async ({
  page,
  context,
  shop,
  watch,
}) => {
  watch.allow(AWAY);
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Hello")).toBeVisible();
  await shelved(page);

  await context.setOffline(true);
  await screen.isIn("offline");
  await screen.write("First, from the tunnel");
  await screen.write("Second, from the tunnel");
  await expect(screen.tick("First, from the tunnel", "Pending")).toBeVisible();
  expect(await received(shop, ada)).toEqual([]);
  await page.reload();
  await expect(screen.tick("Second, from the tunnel", "Pending")).toBeVisible();

  await context.setOffline(false);
  await expect(screen.tick("Second, from the tunnel", "Read")).toBeVisible();
  await expect(screen.tick("First, from the tunnel", "Read")).toBeVisible();
  await screen.isIn("live");
  expect(await received(shop, ada)).toEqual(["First, from the tunnel", "Second, from the tunnel"]);
  expect(await shop.doubled()).toEqual({});
});

test("row 9: typed while the server is down it waits and goes once", async ({ page, shop, stack, watch }) => {
  watch.allow(AWAY);
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Hello")).toBeVisible();

  await stack.inbox.kill();
  await screen.isIn("offline");
  await screen.write("Anybody there?");
  await expect(screen.tick("Anybody there?", "Pending")).toBeVisible();
  await stack.inbox.start();
  await expect(screen.tick("Anybody there?", "Read")).toBeVisible({ timeout: 30_000 });
  await screen.isIn("live", 20_000);
  expect(await received(shop, ada)).toEqual(["Anybody there?"]);
  expect(await shop.doubled()).toEqual({});
});

test("row 9: what is longer than WhatsApp takes is refused before it leaves, counted as Meta counts", async ({
  page,
  shop,
}) => {
  await withAda(shop);
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await screen.composer.fill("x".repeat(4000));
  await expect(screen.composer).toHaveAccessibleDescription("96 characters left");
  await screen.composer.fill("x".repeat(4097));
  await expect(screen.composer).toHaveAccessibleDescription(/^1 character too many/);
  await screen.composer.press("Enter");
  await expect(screen.composer).toHaveValue(/^x{4097}$/);
  await screen.composer.fill("x".repeat(4096));
  await screen.composer.press("Enter");
  await expect(screen.bubble("x".repeat(4096))).toBeVisible();
});

test("row 9: an answer quotes, a reaction stands on the bubble, and both reach the phone", async ({ page, shop }) => {
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.bubble("Hello").hover();
  await screen.bubble("Hello").getByRole("button", { name: "Reply" }).click();
  await screen.write("To that, too");
  await expect(
    screen.bubble("To that, too").getByRole("button", { name: /^Reply to Ada Lovelace:? Hello$/ }),
  ).toBeVisible();

  await screen.bubble("Hello").first().hover();
  await screen.bubble("Hello").first().getByRole("button", { name: "React" }).click();
  await page.getByRole("button", { name: "❤️" }).first().click();
  await expect(screen.feed.getByRole("button", { name: "Reactions: You ❤️" })).toBeVisible();
  await expect
    .poll(async () => (await shop.phone(ada)).map(({ context_wamid, reactions }) => [!!context_wamid, reactions]))
    .toEqual([
      [false, ["❤️"]],
      [true, []],
    ]);
});
