/** Every view for everybody: what axe finds, by day and by night, and nothing out of reach when it is narrow. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { arrive, enter } from "./entering.ts";
import { Screen } from "./screen.ts";
import type { Shop } from "./shop.ts";
import { expect, test } from "./test.ts";

const PAGES = ["Integrations", "Agents and devices", "Connection check", "Appearance and language", "About"];

/** A conversation with a little of everything: both ways, right to left, media, a quote, a reaction, a failure. */
async function lively(shop: Shop): Promise<void> {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  const layla = await shop.customer("ليلى حداد");
  await shop.lands(layla, "مساء الخير! هل عندكم خبز؟");
  await shop.lands(ada, { text: "Is the *rye* bread still there? https://bakery.example/rye", hours_ago: 26 });
  await shop.lands(ada, { sample: "image" });
  await shop.lands(ada, { text: "And ~two~ three of these", hours_ago: 22.6 });
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  expect(found, what).toEqual([]);
}

async function expectNothingBeside(page: Page, what: string): Promise<void> {
  const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide, what).toBeLessThanOrEqual(seen ?? 0);
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious before and while connecting, ${colorScheme}`, async ({ page, shop, watch }) => {
    watch.allow(/status of 422/);
    await page.emulateMedia({ colorScheme });
    await page.goto(shop.stack.origin);
    await expect(page.getByRole("button", { name: "Open a new inbox" })).toBeVisible();
    await expectAccessible(page, "sign-in");
    await page.getByRole("button", { name: "I have an invite" }).click();
    await expectAccessible(page, "invite");

    await arrive(page, shop);
    await expect(page.getByRole("textbox", { name: "Webhook callback URL" })).toBeVisible();
    await expectAccessible(page, "connect form");
    await page.getByLabel("Phone number ID", { exact: true }).fill(shop.number_id);
    await page.getByLabel("Access token", { exact: true }).fill("EAAwrong");
    await page.getByLabel("Verify token", { exact: true }).fill("a token");
    await page.getByRole("button", { name: "Save & connect" }).click();
    await expect(page.getByText("Meta refused this")).toBeVisible();
    await expectAccessible(page, "connect form, refused");
  });

  test(`axe finds nothing serious in list, conversation and what floats above, ${colorScheme}`, async ({
    page,
    shop,
  }) => {
    await page.emulateMedia({ colorScheme });
    await lively(shop);
    const screen = await enter(page, shop);
    await expectAccessible(page, "list");
    await screen.goLive();
    await screen.open("Ada Lovelace");
    await screen.write("It is, and warm");
    await expect(screen.tick("It is, and warm", "Read")).toBeVisible();
    await shop.fault({ kind: "error", code: 131026, times: 1 });
    await screen.write("This one fails");
    await expect(screen.failure).toBeVisible();
    await expectAccessible(page, "conversation with a failure");

    await screen.bubble("It is, and warm").hover();
    await screen.bubble("It is, and warm").getByRole("button", { name: "More actions" }).click();
    await expect(page.getByRole("menu", { name: "Actions for this message" })).toBeVisible();
    await expectAccessible(page, "menu of a message");
    await page.getByRole("menuitem", { name: /^Details/ }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page, "details of a message");
    await page.keyboard.press("Escape");
    await screen.thread.getByRole("button", { name: "Emoji" }).click();
    await expect(page.getByRole("searchbox", { name: "Search emoji" })).toBeVisible();
    await expectAccessible(page, "emoji");
    await page.keyboard.press("Escape");
    await screen.list.getByRole("textbox").fill("nobody of this name");
    await expect(screen.list.getByText(/^No conversation found/)).toBeVisible();
    await expectAccessible(page, "search");
  });

  test(`axe finds nothing serious in the settings, ${colorScheme}`, async ({ page, shop }) => {
    await page.emulateMedia({ colorScheme });
    await lively(shop);
    const screen = await enter(page, shop);
    const settings = await screen.openSettings();
    await expect(settings.getByRole("button", { name: "Save changes" })).toBeVisible();
    await expectAccessible(page, "number");
    for (const name of PAGES) {
      await settings.getByRole("navigation").getByRole("button", { name }).click();
      await expect(settings.getByRole("heading", { name, level: 2 })).toBeVisible();
      if (name === "Connection check") await expect(settings.getByRole("list", { name: "Hops" })).toBeVisible();
      if (name === "Agents and devices") {
        await settings.getByRole("button", { name: "Make an invite" }).click();
        await expect(settings.getByRole("img", { name: "The invite link as a QR code" })).toBeVisible();
      }
      await expectAccessible(page, name);
    }
    await settings.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect(page.getByRole("alertdialog")).toBeVisible();
    await expectAccessible(page, "question");
  });
}

for (const { how, viewport } of [
  { how: "at 320 px", viewport: { width: 320, height: 640 } },
  { how: "at 200 % zoom", viewport: { width: 640, height: 400 } },
  { how: "at 4K", viewport: { width: 3840, height: 2160 } },
]) {
  test(`everything can be reached ${how}`, async ({ page, shop }) => {
    await page.setViewportSize(viewport);
    await arrive(page, shop);
    await expect(page.getByRole("textbox", { name: "Webhook callback URL" })).toBeVisible();
    await expectNothingBeside(page, "connect form");
    await lively(shop);
    await page.reload();
    const screen = new Screen(page);
    await screen.goLive();
    await expectNothingBeside(page, "list");
    await screen.open("Ada Lovelace");
    await screen.write("Narrow or wide, it goes");
    await expect(screen.tick("Narrow or wide, it goes", "Read")).toBeInViewport();
    await expect(screen.composer).toBeInViewport();
    await expect(screen.send).toBeInViewport();
    await expectNothingBeside(page, "conversation");
    const back = screen.thread.getByRole("button", { name: "Back to the conversations" });
    if (await back.isVisible()) await back.click();
    await expect(screen.row("ليلى حداد")).toBeInViewport();

    const settings = await screen.openSettings();
    for (const name of PAGES) {
      await settings.getByRole("navigation").getByRole("button", { name }).click();
      await expect(settings.getByRole("heading", { name, level: 2 })).toBeInViewport();
      await expectNothingBeside(page, name);
      const out = settings.getByRole("button", { name: "Back to settings" });
      if (await out.isVisible()) await out.click();
    }
    await expectAccessible(page, how);
  });
}
