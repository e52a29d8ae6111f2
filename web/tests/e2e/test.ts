/** What browser tests share: one installation for each worker, one business for each test. */
import { test as plain } from "@playwright/test";
import { Shop } from "./shop.ts";
import { Stack } from "./stack.ts";

export { expect } from "@playwright/test";

export const test = plain.extend<{ shop: Shop }, { stack: Stack }>({
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const stack = await Stack.start();
      await use(stack);
      await stack.end();
    },
    { scope: "worker" },
  ],
  shop: async ({ stack }, use) => {
    await use(await Shop.open(stack));
  },
});
