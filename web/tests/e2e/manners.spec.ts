/** How it behaves towards everybody: by keyboard alone, without motion, right to left, in German. */
import type { Page } from "@playwright/test";
import { enter, withAda } from "./entering.ts";
import { Screen } from "./screen.ts";
import { expect, test } from "./test.ts";

/** Presses Tab until something with this name has the focus; so far away that it is no path, it fails. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < 40; steps++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement === document.body ? null : (document.activeElement as HTMLElement | null);
      const named = (element as HTMLInputElement | null)?.labels?.[0]?.textContent;
      return element?.ariaLabel ?? named ?? element?.innerText ?? "";
    });
    if (name.test(focused)) return await expectFocusSeen(page);
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}`);
}

/** What has the focus shows it, or what is right around or inside it does. */
async function expectFocusSeen(page: Page): Promise<void> {
  const isSeen = await page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return false;
    const ringed = (one: Element | null) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one ?? document.body);
      return (outlineStyle !== "none" && outlineWidth !== "0px") || (boxShadow !== "none" && one !== focused);
    };
    return ringed(focused) || [...focused.children].some(ringed) || ringed(focused.parentElement);
  });
  expect(isSeen, "the focus can be seen").toBe(true);
}

test("by keyboard alone: in, to a conversation, an answer, a reaction, settings, and back", async ({ page, shop }) => {
  await shop.connect();
  await shop.crowd(3);
  await page.goto(`${shop.stack.origin}/#invite=${await shop.invite()}`);
  await tabTo(page, /^Your name/);
  await page.keyboard.type("Cleo");
  await tabTo(page, /^Join the inbox$/);
  await page.keyboard.press("Enter");
  const screen = new Screen(page);
  await screen.isIn("pull");

  await tabTo(page, /^Go live$/);
  await page.keyboard.press("Enter");
  await screen.isIn("live");
  await expect(screen.row("Customer 1")).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.press("ArrowDown");
  await expect(screen.row("Customer 2")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(screen.thread.getByRole("heading", { name: "Customer 2" })).toBeVisible();
  await expect(screen.composer).toBeFocused();
  await page.keyboard.type("Without a mouse");
  await page.keyboard.press("Enter");
  await expect(screen.tick("Without a mouse", "Read")).toBeVisible();

  await page.keyboard.press("ArrowUp");
  await expect(screen.bubble("Without a mouse")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(screen.bubble("Message of 2")).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.press("r");
  await expect(screen.composer).toBeFocused();
  await page.keyboard.type("A quote");
  await page.keyboard.press("Enter");
  await expect(screen.bubble("A quote").getByRole("button", { name: /^Reply to Customer 2/ })).toBeVisible();
  await expect(screen.tick("A quote", "Read")).toBeVisible();

  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("/");
  await expect(screen.list.getByRole("textbox")).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(screen.list.getByRole("button", { name: "Settings" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(screen.settings).toBeVisible();
  await tabTo(page, /^About/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "About", level: 2 })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(screen.list.getByRole("button", { name: "Settings" })).toBeFocused();
});

test("a screen reader hears what comes into the open chat, and nothing else", async ({ page, shop }) => {
  const ada = await withAda(shop, "Before");
  const landed = Date.now();
  const screen = await enter(page, shop, { live: true });
  // What came within the last two seconds may be news: so well is the server's clock known.
  await expect.poll(() => Date.now() - landed).toBeGreaterThan(2_500);
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Before")).toBeVisible();
  const log = screen.thread.getByRole("log", { name: "New messages" });
  await expect(log).toHaveAttribute("aria-live", "polite");
  await shop.lands(await shop.customer("Ben Okri"), "Elsewhere");
  await shop.lands(ada, "Now");
  await expect(log).toHaveText(/^Ada Lovelace, \d\d?:\d\d, Now$/);
});

test("what is written right to left stands right to left, whoever is around it", async ({ page, shop }) => {
  await shop.connect();
  const layla = await shop.customer("ليلى حداد");
  await shop.lands(layla, "هل عندكم خبز اليوم؟");
  await shop.lands(layla, "Or in English");
  const screen = await enter(page, shop);
  await screen.open("ليلى حداد");
  const direction = (words: string) =>
    screen
      .bubble(words)
      .getByText(words)
      .evaluate((one) => getComputedStyle(one).direction);
  expect(await direction("هل عندكم خبز اليوم؟")).toBe("rtl");
  expect(await direction("Or in English")).toBe("ltr");
  await screen.composer.fill("نعم، طازج");
  expect(await screen.composer.evaluate((one) => getComputedStyle(one).direction)).toBe("rtl");
  await screen.composer.fill("Yes");
  expect(await screen.composer.evaluate((one) => getComputedStyle(one).direction)).toBe("ltr");
});

test("nothing moves where motion is reduced", async ({ page, shop }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await withAda(shop);
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await screen.bubble("Hello").hover();
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((one) => {
        const { transitionDuration, animationDuration, animationName, scrollBehavior } = getComputedStyle(one);
        const longest = Math.max(...`${transitionDuration}, ${animationDuration}`.split(", ").map(Number.parseFloat));
        return (
          scrollBehavior === "smooth" || (longest > 0.01 && (animationName !== "none" || transitionDuration !== "0s"))
        );
      }).length,
  );
  expect(moving).toBe(0);
});

test("in German everything is German, and the choice survives a reload", async ({ page, shop }) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), { text: "Hello", hours_ago: 22.5 });
  await shop.lands(await shop.customer("Ben Okri"), "Hello");
  const screen = await enter(page, shop);
  await screen.openSettings("Appearance and language");
  await page.getByRole("radio", { name: "Deutsch" }).check();
  await expect(page.getByRole("heading", { name: "Aussehen und Sprache", level: 2 })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.getByRole("button", { name: /^Ben Okri ?, 1 ungelesene Nachricht, / }).click();
  await expect(page.getByText(/^Noch 2\d Std\. \d+ Min\./)).toBeVisible();
  const seen = await page.locator("body").innerText();
  for (const word of ["Refresh", "Settings", "Unread", "Today", "Type a message", "left to reply"])
    expect(seen).not.toContain(word);
});

test("a browser that prefers German is answered in German from the first view on", async ({ another, shop }) => {
  const page = await (await another({ locale: "de-DE" })).newPage();
  await page.goto(`${shop.stack.origin}/#invite=${await shop.invite()}`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.getByRole("textbox", { name: /^Ihr Name/ })).toBeVisible();
});
