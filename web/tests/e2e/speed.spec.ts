/** A great deal of everything: opening, scrolling and updates cost the same however much there is. */
import type { Page } from "@playwright/test";
import { enter, shelved } from "./entering.ts";
import { longConversation, manyConversations } from "./flood.ts";
import { expectStored } from "./keeping.ts";
import type { Screen } from "./screen.ts";
import { strainOf, told } from "./strain.ts";
import { expect, test } from "./test.ts";
import { AWAY } from "./watch.ts";

const CONVERSATIONS = 10_000;
const MESSAGES = 100_000;
const MAKING_MS_MAX = 20_000;
// A frame is 16 ms; what a step may cost is bounded so that twice as slow a machine still keeps below a long task.
const STEP_CPU_MS_MAX = 50;
const ELEMENTS_MAX = 2_500;
const HEAP_MB_MAX = 120;

test.describe.configure({ timeout: 180_000 });

function report(line: string): void {
  test.info().annotations.push({ type: "speed", description: line });
  process.stdout.write(`    ${line}\n`);
}

async function frame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
}

async function wheel(page: Page, steps: number, by_px: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await page.mouse.wheel(0, by_px);
    await frame(page);
  }
}

/** Which place of the whole list the last row that is drawn has. */
async function lastPlace(screen: Screen): Promise<number> {
  return await screen.list
    .getByRole("listitem")
    .evaluateAll((rows) => Math.max(...rows.map((row) => Number(row.ariaPosInSet))));
}

test(`a list of ${CONVERSATIONS} conversations`, async ({ page, shop, stack, watch }) => {
  watch.allow(AWAY);
  await shop.connect();
  await manyConversations(shop, CONVERSATIONS);
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "On top");
  const screen = await enter(page, shop, { live: true });
  await screen.row("Ada Lovelace").hover();

  const steps = 60;
  const scrolled = await strainOf(page, async () => {
    await wheel(page, steps, 400);
    await shop.writes(ada, "While you scroll");
    await wheel(page, steps, 400);
  });
  report(told("scrolling the list, 400 px a step", 2 * steps, scrolled));
  expect(await screen.rows.count()).toBeLessThan(40);

  const through = await strainOf(page, async () => {
    await expect(async () => {
      await wheel(page, 5, 12_000);
      expect(await lastPlace(screen)).toBe(CONVERSATIONS + 1);
    }).toPass({ timeout: 90_000, intervals: [0] });
  });
  report(told("down to the last of them", 1, through));
  expect(await screen.rows.count()).toBeLessThan(40);
  expect(through.elements).toBeLessThan(ELEMENTS_MAX);
  expect(through.heap_mb).toBeLessThan(HEAP_MB_MAX);
  expect(scrolled.cpu_ms / (2 * steps)).toBeLessThan(STEP_CPU_MS_MAX);

  const updated = await strainOf(page, async () => {
    await shop.writes(ada, "At the end");
    await wheel(page, 1, -2_000_000);
    await expect(screen.row("Ada Lovelace")).toContainText("At the end");
  });
  report(told("an update, and back to the top", 1, updated));

  await expectStored(page, "At the end");
  await shelved(page);
  await stack.inbox.stop();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("[data-contact]")) return;
      performance.mark("first row");
      observer.disconnect();
    }).observe(document, { subtree: true, childList: true });
  });
  await page.reload();
  await expect(screen.row("Ada Lovelace")).toBeVisible();
  const opened_ms = await page.evaluate(() => {
    const scripts = performance.getEntriesByType("resource").filter(({ name }) => /\/page-[^/]+\.js$/.test(name));
    const begun = (scripts[0] as PerformanceResourceTiming | undefined)?.responseEnd ?? 0;
    return (performance.getEntriesByName("first row")[0]?.startTime ?? 0) - begun;
  });
  report(`without a server the first row stood ${Math.round(opened_ms)} ms after the script had come`);
  expect(opened_ms).toBeLessThan(5_000);
  await stack.inbox.start();
});

test("a conversation that never ended", async ({ page, shop }) => {
  await shop.connect();
  const { phone, made } = await longConversation(shop, MESSAGES, MAKING_MS_MAX);
  report(`${made} messages in one conversation${made < MESSAGES ? `, which is what this machine makes in time` : ""}`);
  const screen = await enter(page, shop, { live: true });
  const opened = await strainOf(page, async () => {
    await screen.rows.first().click();
    await expect(screen.bubble(`(${made - 1})`)).toBeInViewport();
  });
  report(told("opening it", 1, opened));

  await screen.bubble(`(${made - 1})`).hover();
  const steps = 80;
  const scrolled = await strainOf(page, async () => {
    await wheel(page, steps, -400);
    await shop.writes({ id: phone, name: "", phone, contact_id: phone }, "Something new");
    await wheel(page, steps, -400);
  });
  report(told("scrolling up, 400 px a step", 2 * steps, scrolled));
  expect(scrolled.cpu_ms / (2 * steps)).toBeLessThan(STEP_CPU_MS_MAX);
  await expect(screen.thread.getByRole("button", { name: "1 new message" })).toBeVisible();

  const far = await strainOf(page, async () => {
    await wheel(page, 120, -20_000);
  });
  report(told("far up", 120, far));
  expect(await screen.bubbles.count()).toBeLessThan(80);
  expect(far.elements).toBeLessThan(ELEMENTS_MAX);
  expect(far.heap_mb).toBeLessThan(HEAP_MB_MAX);
  await screen.thread.getByRole("button", { name: "1 new message" }).click();
  await expect(screen.bubble("Something new")).toBeInViewport();
});
