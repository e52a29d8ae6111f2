/** What browser tests share: one installation for each worker, one business for each test, eyes on the browser. */
import { type BrowserContext, type BrowserContextOptions, test as plain } from "@playwright/test";
import { Shop } from "./shop.ts";
import { Stack } from "./stack.ts";
import { Watch } from "./watch.ts";

export { expect } from "@playwright/test";

interface Ours {
  shop: Shop;
  watch: Watch;
  /** Another browser, of another person or another machine. */
  another(options?: BrowserContextOptions): Promise<BrowserContext>;
}

/** `settings`: of the services, where a file of tests needs its own installation. */
export const test = plain.extend<Ours, { settings: Readonly<Record<string, string>>; stack: Stack }>({
  settings: [{}, { option: true, scope: "worker" }],
  stack: [
    async ({ settings }, use) => {
      const stack = await Stack.start(settings);
      await use(stack);
      await stack.end();
    },
    { scope: "worker" },
  ],
  shop: async ({ stack }, use) => {
    await use(await Shop.open(stack));
  },
  watch: [
    async ({ context, stack }, use) => {
      const watch = new Watch(stack.origin);
      watch.over(context);
      await use(watch);
      watch.verdict();
    },
    { auto: true },
  ],
  another: async ({ browser, contextOptions, watch }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...contextOptions, ...options });
      watch.over(context);
      opened.push(context);
      return context;
    });
    for (const context of opened) await context.close();
  },
});
