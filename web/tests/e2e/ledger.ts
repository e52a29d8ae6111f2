/** Notes which signs a bubble carried, one after the other, while nobody was looking. */
import type { Page } from "@playwright/test";
import { expect } from "@playwright/test";

/** How far each sign is on the way; a sign may only ever be followed by a later one. */
const WAY = ["Pending", "Not known whether it was sent", "Sent", "Not sent", "Delivered", "Read"];

interface Noting extends Window {
  signsSeen?: string[];
}

/** From now on, for the bubble with these words. */
export async function noteSigns(page: Page, words: string): Promise<void> {
  await page.evaluate((wanted) => {
    const seen: string[] = [];
    (window as Noting).signsSeen = seen;
    const look = () => {
      for (const bubble of document.querySelectorAll('[role="feed"] article')) {
        if (!bubble.textContent?.includes(wanted)) continue;
        for (const drawn of bubble.querySelectorAll("[role=img]")) {
          const sign = drawn.ariaLabel;
          if (sign && seen.at(-1) !== sign) seen.push(sign);
        }
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ["aria-label"],
    });
  }, words);
}

export async function signsSeen(page: Page): Promise<string[]> {
  return await page.evaluate(() => (window as Noting).signsSeen ?? []);
}

export function expectForward(signs: readonly string[]): void {
  const steps = signs.map((sign) => WAY.indexOf(sign));
  expect(steps, signs.join(" → ")).toEqual([...steps].sort((a, b) => a - b));
}
