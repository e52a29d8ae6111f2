/** What seems to be missing is said, calmly and where it helps, and no longer once it has come. */

import { expectAccessible } from "./accessible.ts";
import { enter, withAda } from "./entering.ts";
import { ask } from "./http.ts";
import type { Customer, Shop } from "./shop.ts";
import { expect, test } from "./test.ts";

test.use({ settings: { INBOX_LOOK_S: "0.5", INBOX_GAP_GRACE_S: "1.5" } });

/** Another app of the business sends on the same number: Meta tells us how far it gets, and not what it says. */
async function sentElsewhere(shop: Shop, to: Customer): Promise<void> {
  await ask("POST", `${shop.stack.simulator.origin}/v25.0/${shop.number_id}/messages`, {
    bearer: shop.access_token,
    body: { messaging_product: "whatsapp", to: to.phone, type: "text", text: { body: "From elsewhere" } },
  });
}

test("what others speak of and is not here is said, with what to do", async ({ page, shop }) => {
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await shop.lands(ada, { text: "Yes, that one", context_wamid: "wamid.of.what.never.came" });
  await sentElsewhere(shop, ada);
  await screen.open("Ada Lovelace");
  await screen.write("Good morning"); // of this one nothing is missing, however often WhatsApp speaks of it
  await expect(screen.tick("Good morning", "Read")).toBeVisible();
  await expect(screen.bubble("Yes, that one").getByText("This answers a message that is not here")).toBeVisible();

  const settings = await screen.openSettings();
  await expect(settings.getByText("1 message that somebody answered never came here.")).toBeVisible();
  await expect(settings.getByText(/Another app has sent 1 message on this number/)).toBeVisible();
  await expect(settings.getByText(/sent from here/)).toBeHidden();
  await expectAccessible(page, "gaps-number");
  await settings.getByRole("navigation").getByRole("button", { name: "Connection check" }).click();
  await expect(settings.getByRole("heading", { name: /Some messages never came/ })).toBeVisible();
  await expectAccessible(page, "gaps-check");
});
