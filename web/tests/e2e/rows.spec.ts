/** Rows 3, 7 and 8 of the product: what the two panes show, and how an answer travels. */
import { enter } from "./entering.ts";
import { expect, test } from "./test.ts";

test("row 3: an answer travels through our backend to Graph, and reaches the customer's phone", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.writes(ada, "Do you have rye bread?");
  const screen = await enter(page, shop, { live: true });

  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Do you have rye bread?")).toBeVisible();
  await screen.write("Fresh at ten.");
  await expect(screen.tick("Fresh at ten.", "Read")).toBeVisible();
});
