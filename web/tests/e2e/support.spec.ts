/** The ledger of a message, through the whole product: from the click, by Graph, to the customer's eyes; for support. */
import { expectAccessible } from "./accessible.ts";
import { enter } from "./entering.ts";
import { expect, test } from "./test.ts";

interface Step {
  name: string;
  at: string;
  answer?: { outcome?: string; http_status?: number; code?: number; fbtrace_id?: string };
}

test("what happened to a message is copied without a word of it, a name or a phone", async ({ page, shop }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Do you have rye bread?");
  await shop.fault({ kind: "error", code: 131026, times: 1, details: "Words that only Meta says." });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  const copied = async (words: string, look = false) => {
    await screen.stamp(words).click();
    const dialog = page.getByRole("dialog", { name: "Details" });
    await dialog.getByRole("button", { name: "Copy for support" }).click();
    await expect(dialog.getByRole("status")).toHaveText("Copied. This is all of it:");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(await dialog.getByRole("region", { name: "What was copied" }).innerText()).toBe(text);
    const canaries = [
      "rye bread",
      "at ten",
      "Words that",
      "Ada",
      "Lovelace",
      "Cleo",
      ada.phone,
      ada.contact_id,
      "wamid.",
    ];
    expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
    if (look) await expectAccessible(page, "support");
    await dialog.getByRole("button", { name: "Close" }).click();
    return JSON.parse(text) as { steps: Step[]; missing: unknown[]; direction: string };
  };

  await screen.write("Fresh at ten.");
  await expect(screen.failure).toContainText("Not sent");
  const refused = await copied("Fresh at ten.");
  expect(refused.steps.map(({ name }) => name)).toEqual([
    ...["clicked", "published", "stored", "announced", "claimed", "answered", "failed"],
  ]);
  expect(refused.steps.find(({ name }) => name === "answered")?.answer).toMatchObject({
    outcome: "permanent",
    code: 131026,
    fbtrace_id: expect.stringMatching(/./),
  });

  await screen.write("Baked at ten.");
  await expect(screen.tick("Baked at ten.", "Read")).toBeVisible();
  // Its statuses may be there before the sender's own word of it is.
  await expect
    .poll(async () => (await copied("Baked at ten.")).steps.map(({ name }) => name))
    .toEqual([
      ...["clicked", "published", "stored", "announced", "claimed", "answered"],
      ...["accepted", "sent", "delivered", "read"],
    ]);
  expect((await copied("Baked at ten.")).missing).toEqual([]);

  const asked = await copied("Do you have rye bread?", true);
  expect([asked.direction, asked.steps.map(({ name }) => name).slice(0, 2)]).toEqual([
    "inbound",
    ["written", "received"],
  ]);
});
