/** Fast enough that nobody thinks about it: ten thousand conversations, and one of a hundred thousand messages. */
import type { Page } from "@playwright/test";
import { arrive } from "./entering.ts";
import { type Cost, Gauge, say } from "./gauge.ts";
import { type Acquaintance, longConversation, manyConversations, meet } from "./past.ts";
import type { Screen } from "./screen.ts";
import { Shop } from "./shop.ts";
import { expect, test } from "./test.ts";
import { AWAY } from "./watch.ts";

const FULL = Boolean(process.env["INBOX_TEST_FULL"]);
const CONVERSATIONS = 10_000;
const MESSAGES = FULL ? 100_000 : 20_000; // a hundred thousand take half a minute to come in
const PAGES = FULL ? 200 : 40; // how far up is read: the page holds 20,000 messages and no more
const ROUNDS = 5;

// What is promised is 50 ms, 100 ms and memory that is bounded: the output tells it. A machine may be busy with something
// else, so what fails here is what no noise explains: a task's own share of a core, memory, elements.
const TASK_CPU_MS_MAX = 200;
const HEAP_MB_MAX = 150;
const ELEMENTS_MAX = 3_000;

// Recording what the browser does costs more than what it does.
test.use({ trace: "off" });
test.describe.configure({ mode: "default", timeout: FULL ? 240_000 : 90_000 });

let shop: Shop;
let years: Acquaintance;

test.beforeAll(async ({ stack }) => {
  test.setTimeout(FULL ? 240_000 : 120_000);
  const began = Date.now();
  shop = await Shop.open(stack);
  await shop.connect();
  await manyConversations(shop, CONVERSATIONS);
  years = await longConversation(shop, MESSAGES);
  await meet(shop, years);
  say(`${CONVERSATIONS} conversations and one of ${MESSAGES} messages came in within ${seconds(began)} s`);
});

test("a list of ten thousand conversations is scrolled without a jerk, also while updates arrive", async ({ page }) => {
  const screen = await live(page);
  const gauge = await Gauge.on(page);
  await expect(screen.rows.first()).toBeVisible();

  await screen.rows.first().hover();
  const down = await gauge.during("list, wheel down", async () => {
    const until = Date.now() + (FULL ? 30_000 : 5_000);
    while (Date.now() < until && (await lastRow(page)) < CONVERSATIONS) await wheel(page, 6_000, 8);
  });
  expect(await lastRow(page)).toBeGreaterThan(FULL ? CONVERSATIONS - 1 : 1_000);
  const up = await gauge.during("list, wheel up while 50 messages a second arrive", async () => {
    await traffic(50, 4);
    for (let turn = 0; turn < 8; turn++) await wheel(page, turn % 3 ? -1_500 : 900, 12, 25);
  });
  await page.locator("[data-contact][tabindex='0']").first().focus();
  const keys = await gauge.during("list, keys", async () => {
    for (let turn = 0; turn < 60; turn++) await page.keyboard.press(turn % 2 ? "PageDown" : "ArrowDown");
  });
  bounded(down, up, keys);
});

test("a conversation of a hundred thousand messages is opened and read upwards without a jerk", async ({ page }) => {
  const screen = await live(page);
  const gauge = await Gauge.on(page);
  await screen.list.getByRole("textbox").fill(years.phone);
  const row = page.locator(`[data-contact="${years.contact_id}"]`);
  await expect(row).toBeVisible();

  const opening = await gauge.during("conversation, opening", async () => {
    await row.click();
    await expect(screen.bubbles.last()).toBeVisible();
  });
  await screen.feed.hover();
  const up = await gauge.during(`conversation, wheel up through ${PAGES} pages`, async () => {
    const until = Date.now() + (FULL ? 90_000 : 10_000);
    let came = 0;
    const count = (url: string) => /\/messages\?/.test(url) && came++;
    page.on("requestfinished", (request) => count(request.url()));
    while (Date.now() < until && came < PAGES) await wheel(page, -2_500, 5);
    say(`${came} pages read`);
  });
  const busy = await gauge.during("conversation, wheel while 50 messages a second arrive", async () => {
    await traffic(50, 4);
    for (let turn = 0; turn < 8; turn++) {
      await writes(years, `And now ${turn}`);
      await wheel(page, turn % 3 ? -900 : 900, 12, 25);
    }
  });
  const down = await gauge.during("conversation, back to the newest", async () => {
    await screen.thread.getByRole("button", { name: /newest message|new message/ }).click();
    await expect(screen.bubble("And now 7")).toBeVisible();
  });
  bounded(opening, up, busy, down);
});

test("thousands of changes leave no trace in memory", async ({ page }) => {
  const screen = await live(page);
  const gauge = await Gauge.on(page);
  await screen.rows.first().click();
  await expect(screen.bubbles.last()).toBeVisible();

  const costs: Cost[] = [];
  const turns = FULL ? 12 : 3;
  for (let turn = 1; turn <= turns; turn++)
    costs.push(
      await gauge.during(`${turn * 500} messages followed, each of which changes two things`, async () => {
        await traffic(200, 2.5);
        await page.waitForTimeout(3_000);
      }),
    );
  bounded(...costs);
  expect((costs.at(-1)?.heapMb ?? 0) - (costs[0]?.heapMb ?? 0)).toBeLessThan(10);
});

test("opens from the cache with the network off", async ({ page, context, watch }) => {
  watch.allow(AWAY);
  const screen = await live(page);
  await screen.rows.first().click();
  await expect(screen.bubbles.last()).toBeVisible();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.waitForTimeout(2_500); // what is held is written a moment after it changed
  await context.setOffline(true);
  await page.close();

  const openings: number[] = [];
  for (let round = 0; round < ROUNDS; round++) openings.push(await opening(await context.newPage()));
  openings.sort((a, b) => a - b);
  say(`from the script's arrival to the first row painted, network off: ${openings.join(", ")} ms`);
});

async function live(page: Page): Promise<Screen> {
  const screen = await arrive(page, shop);
  await screen.isIn("pull", 20_000);
  await screen.goLive();
  return screen;
}

function bounded(...costs: readonly Cost[]): void {
  for (const cost of costs) {
    expect(cost.longest_cpu_ms).toBeLessThan(TASK_CPU_MS_MAX);
    expect(cost.heapMb).toBeLessThan(HEAP_MB_MAX);
    expect(cost.elements).toBeLessThan(ELEMENTS_MAX);
  }
}

async function wheel(page: Page, by_px: number, times: number, every_ms = 16): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await page.mouse.wheel(0, by_px);
    await page.waitForTimeout(every_ms);
  }
}

/** The place of the lowest row that is drawn. */
async function lastRow(page: Page): Promise<number> {
  return await page.evaluate(() =>
    Math.max(...[...document.querySelectorAll("[aria-posinset]")].map((row) => Number(row.ariaPosInSet))),
  );
}

async function traffic(per_s: number, for_s: number): Promise<void> {
  await shop.stack.simulate("POST", "/traffic", { per_s, for_s, customers: 400, number_ids: [shop.number_id] });
}

async function writes(person: Acquaintance, text: string): Promise<void> {
  await shop.stack.simulate("POST", `/customers/${person.phone}/write`, { text, number_id: shop.number_id });
}

/** How long a page that is opened anew takes to paint its first row. */
async function opening(page: Page): Promise<number> {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("[data-contact]")) return;
      observer.disconnect();
      // A frame later it is painted; what is asked for within a frame comes after it.
      requestAnimationFrame(() => setTimeout(() => performance.mark("painted")));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${shop.stack.origin}/`, { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("painted").length > 0);
  const took_ms = await page.evaluate(() => {
    const scripts = performance.getEntriesByType("resource").filter(({ name }) => /\/assets\/[^/]+\.js$/.test(name));
    const arrived = (scripts[0] as PerformanceResourceTiming).responseEnd;
    return (performance.getEntriesByName("painted")[0]?.startTime ?? 0) - arrived;
  });
  await page.close();
  return Math.round(took_ms);
}

function seconds(began: number): string {
  return ((Date.now() - began) / 1000).toFixed(1);
}
