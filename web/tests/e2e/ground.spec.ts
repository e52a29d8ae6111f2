/** The ground that the other browser tests stand on. */
import { expect, test } from "./test.ts";

test("a customer's message reaches the state that the browser will read", async ({ shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada");
  await shop.writes(ada, "Hello");

  await expect.poll(() => shop.messages(ada).catch(() => []), { timeout: 10_000 }).toHaveLength(1);
});

test("the page opens under its strict policy without a complaint", async ({ page, stack }) => {
  const complaints: string[] = [];
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(error.message));

  await page.goto(stack.origin);
  await expect(page).toHaveTitle(/Cloud Inbox/);
  expect(complaints).toEqual([]);
});
