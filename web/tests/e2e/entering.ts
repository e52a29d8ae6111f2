/** Ways into the inbox: by the invite that a colleague made, with a number that is connected or not yet. */
import { expect, type Page } from "@playwright/test";
import { Screen } from "./screen.ts";
import type { Customer, Shop } from "./shop.ts";

/** By an invite link into the shop's workspace; where the number is not connected the form stands there. */
export async function arrive(page: Page, shop: Shop, agent = "Cleo"): Promise<Screen> {
  await page.goto(`${shop.stack.origin}/#invite=${await shop.invite()}`);
  await page.getByRole("textbox", { name: "Your name" }).fill(agent);
  await page.getByRole("button", { name: "Join the inbox" }).click();
  await expect(page.getByRole("button", { name: "Join the inbox" })).toBeHidden();
  return new Screen(page);
}

/** Into an inbox whose number is connected: the list stands there. */
export async function enter(page: Page, shop: Shop, how: { live?: boolean; agent?: string } = {}): Promise<Screen> {
  const screen = await arrive(page, shop, how.agent);
  await screen.isIn("pull");
  if (how.live) await screen.goLive();
  return screen;
}

/** A connected number, and one customer who has written to it. */
export async function withAda(shop: Shop, said = "Hello"): Promise<Customer> {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, said);
  return ada;
}

/** All files of the page are on this browser's shelf: from now on it opens without its server. */
export async function shelved(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  });
}
