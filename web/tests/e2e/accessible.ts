/** Whether everybody can use what a page shows now. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** By day and by night; a picture of each is taken for a look after a change. */
export async function expectAccessible(page: Page, picture: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.screenshot({ path: `tests/e2e/results/screens/${picture}-${colorScheme}.png` });
  }
}
