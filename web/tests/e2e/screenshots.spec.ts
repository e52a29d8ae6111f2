/** Pictures of the main views by day and by night: for a look after a change, and for the README when asked for. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { openBakery } from "./cast.ts";
import { arrive, enter } from "./entering.ts";
import { lighter } from "./palette.ts";
import { ROOT } from "./program.ts";
import { nextSecond } from "./shop.ts";
import { expect, test } from "./test.ts";

const LOOK = join(import.meta.dirname, "results/screens");
const README = join(ROOT, "docs/screens");

for (const scheme of ["light", "dark"] as const) {
  /** INBOX_SCREENS=1 also puts it where the README shows it from. */
  async function picture(page: Page, name: string): Promise<void> {
    await page.mouse.move(0, 0);
    await page.evaluate(async () => await document.fonts.ready);
    const file = `${name}-${scheme}.png`;
    const taken = await page.screenshot({ path: join(LOOK, file), animations: "disabled", caret: "hide" });
    if (!process.env["INBOX_SCREENS"]) return;
    mkdirSync(README, { recursive: true });
    writeFileSync(join(README, file), lighter(taken));
  }

  test.describe(scheme, () => {
    test.use({ colorScheme: scheme, viewport: { width: 1280, height: 800 } });

    test(`pictures of the connect form, ${scheme}`, async ({ page, shop }) => {
      await page.setViewportSize({ width: 900, height: 1290 });
      await arrive(page, shop);
      await page.getByLabel("Phone number ID", { exact: true }).fill("106540352242922");
      await page.getByRole("button", { name: "Generate" }).click();
      await shop.verify(
        await page.getByRole("textbox", { name: "Webhook callback URL" }).inputValue(),
        await staged(page),
      );
      await expect(page.getByText(/^Verified by Meta/)).toBeVisible();
      await picture(page, "connect");
    });

    test(`pictures of a working day, ${scheme}`, async ({ page, stack }) => {
      const { shop, maria } = await openBakery(stack);
      const screen = await enter(page, shop, { live: true });
      await screen.open("María Fernández");
      await screen.write("¡Hola, María! Sí, hacemos una de almendra y limón que no lleva ni harina ni mantequilla 🍋");
      await expect(screen.tick("¡Hola, María!", "Read")).toBeVisible();
      await nextSecond(); // WhatsApp tells whole seconds: what she says in the same one would stand above ours
      await stack.simulate("POST", `/customers/${maria.id}/react`, { emoji: "❤️", number_id: shop.number_id });
      await shop.lands(maria, {
        text: "¡Qué maravilla! Nos la llevamos *para doce*, por favor 🎂",
        context_wamid: (await shop.messages(maria))[0]?.wamid,
      });
      await screen.write("Apuntado. ¿A qué hora pasas a recogerla?");
      await expect(screen.tick("Apuntado.", "Read")).toBeVisible();
      await expect(screen.feed.getByRole("button", { name: /❤️/ })).toBeVisible();
      await picture(page, "inbox");

      await page.setViewportSize({ width: 390, height: 780 });
      await page.reload();
      await expect(screen.tick("Apuntado.", "Read")).toBeInViewport();
      await picture(page, "narrow-conversation");
      await screen.thread.getByRole("button", { name: "Back to the conversations" }).click();
      await screen.isIn("live");
      await picture(page, "narrow-list");
      await page.setViewportSize({ width: 1280, height: 800 });

      await screen.open("Nkechi Eze");
      await expect(screen.thread.getByText(/reply window closed/).first()).toBeVisible();
      await picture(page, "closed");
      await screen.write("We look forward to it");
      await expect(screen.failure).toContainText("Re-engagement message");
      await picture(page, "failure");

      const settings = await screen.openSettings();
      await expect(settings.getByRole("button", { name: "Save changes" })).toBeVisible();
      await picture(page, "settings");
      await settings.getByRole("navigation").getByRole("button", { name: "Connection check" }).click();
      await expect(settings.getByRole("list", { name: "Hops" })).toBeVisible();
      await picture(page, "doctor");
    });
  });
}

/** The verify token of the form, once the server has heard of it. */
async function staged(page: Page): Promise<string> {
  await expect(page.getByText("Waiting for Meta: press Verify and save there.")).toBeVisible();
  return await page.getByLabel("Verify token", { exact: true }).inputValue();
}
