/** Row 10: how long one may still reply freely: the guide's words, by the server's clock, turning by themselves. */
import type { Page } from "@playwright/test";
import { arrive, enter } from "./entering.ts";
import type { Screen } from "./screen.ts";
import { expect, test } from "./test.ts";

const CLOSED = "24-hour reply window closed — only a template message can be sent now";
const left = (screen: Screen) => screen.thread.getByText(/^\d+h \d+m left to reply freely$/);
const leftSoon = (screen: Screen) => screen.thread.getByText(/^\d+m \d+s left to reply freely$/);
const closed = (screen: Screen) => screen.thread.getByText(CLOSED, { exact: true }).first();

interface Turning extends Window {
  turnedAt?: number;
}

/** A laptop whose clock goes wrong by so much. */
async function shiftClock(page: Page, by_ms: number): Promise<void> {
  await page.addInitScript((wrong_ms) => {
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...given: unknown[]) {
        super(...((given.length === 0 ? [Right.now() + wrong_ms] : given) as []));
      }
      static override now() {
        return Right.now() + wrong_ms;
      }
    } as DateConstructor;
  }, by_ms);
}

/** Notes when these words first stood on the page, by the clock of the machine that the server runs on. */
async function noteTurn(page: Page, wrong_ms: number): Promise<void> {
  await page.evaluate(
    ([words, by_ms]) => {
      new MutationObserver((_, observer) => {
        if (!document.body.textContent?.includes(words)) return;
        (window as Turning).turnedAt = Date.now() - by_ms;
        observer.disconnect();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    },
    [CLOSED, wrong_ms] as const,
  );
}

test("row 10: an open chat counts down in the guide's words", async ({ page, shop }) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), "Hello");
  await shop.lands(await shop.customer("Ben Okri"), { text: "A while ago", hours_ago: 3.5 });
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await expect(left(screen)).toHaveText(/^(24h 0m|23h 5\dm) left to reply freely$/);
  await screen.open("Ben Okri");
  await expect(left(screen)).toHaveText(/^20h 2\dm left to reply freely$/);
});

test("row 10: it turns by itself at zero, on laptops with right and with wrong clocks", async ({
  page,
  shop,
  another,
}) => {
  await shop.connect();
  const HOURS_MS = 3_600_000;
  const screens: { screen: Screen; wrong_ms: number }[] = [];
  for (const wrong_ms of [0, 3 * HOURS_MS, -3 * HOURS_MS]) {
    const laptop = wrong_ms === 0 ? page : await (await another()).newPage();
    await shiftClock(laptop, wrong_ms);
    screens.push({ screen: await enter(laptop, shop, { live: true }), wrong_ms });
  }
  const soon_s = 12;
  const ada = await shop.customer("Ada Lovelace");
  await shop.writes(ada, { text: "Almost a day ago", hours_ago: 24 - soon_s / 3600 });
  for (const { screen, wrong_ms } of screens) {
    await noteTurn(screen.page, wrong_ms);
    await screen.open("Ada Lovelace");
  }
  for (const { screen } of screens) await expect(leftSoon(screen)).toHaveText(/^0m \d+s left to reply freely$/);

  for (const { screen } of screens) await expect(closed(screen)).toBeVisible({ timeout: 20_000 });
  const expires = Date.parse((await shop.conversations())[0]?.window_expires_at ?? "");
  for (const { screen, wrong_ms } of screens) {
    const turned = (await screen.page.evaluate(() => (window as Turning).turnedAt)) ?? 0;
    expect(turned - expires, `the turn on a clock that is ${wrong_ms} ms wrong`).toBeGreaterThan(-1_000);
    expect(turned - expires).toBeLessThan(5_000);
  }

  await shop.writes(ada, "Still there?");
  for (const { screen } of screens) await expect(left(screen)).toBeVisible();
});

test("row 10: after a night's sleep, and after a reload, a window that has closed is closed", async ({
  page,
  shop,
}) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), { text: "Yesterday", hours_ago: 25 });
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await expect(closed(screen)).toBeVisible();
  await expect(screen.thread.getByRole("status").filter({ hasText: CLOSED })).toBeAttached();
  await page.reload();
  await expect(closed(screen)).toBeVisible();
});

test("row 10: the list shows it when it is near", async ({ page, shop }) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), { text: "Soon over", hours_ago: 22.4 });
  await shop.lands(await shop.customer("Ben Okri"), "Hello");
  await shop.lands(await shop.customer("Cy Twombly"), { text: "Over", hours_ago: 30 });
  const screen = await arrive(page, shop);

  await expect(screen.row("Ada Lovelace")).toContainText(/1h 3\dm left/);
  await expect(screen.row("Ada Lovelace")).toHaveAccessibleName(/Reply window closes at \d\d?:\d\d$/);
  for (const name of ["Ben Okri", "Cy Twombly"]) await expect(screen.row(name)).not.toContainText("left");
});
