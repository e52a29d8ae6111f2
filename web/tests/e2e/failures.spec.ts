/** Row 15: Graph's own words above the composer, what to do, and saying it again only where that is safe. */
import { enter, withAda } from "./entering.ts";
import type { Customer, Shop } from "./shop.ts";
import { expect, test } from "./test.ts";

/** How often her phone has these words. */
async function times(shop: Shop, ada: Customer, words: string): Promise<number> {
  const bodies = (await shop.phone(ada)).map(({ content }) =>
    String((content?.["text"] as { body?: string } | undefined)?.body),
  );
  return bodies.filter((body) => body === words).length;
}

for (const code of [131026, 131047, 130472]) {
  test(`row 15: the exact Graph error ${code} stands above the composer`, async ({ page, shop }) => {
    const ada = await withAda(shop);
    await shop.fault({ kind: "error", code, times: 1, details: "Words that only Meta says." });
    const screen = await enter(page, shop, { live: true });
    await screen.open("Ada Lovelace");
    await screen.write("No luck");

    await expect(screen.failure).toContainText("Not sent");
    const error = (await shop.messages(ada))[0]?.error;
    expect(error?.fbtrace_id).toBeTruthy();
    for (const words of [error?.message, error?.details, error?.explanation, error?.advice])
      if (words) await expect(screen.failure).toContainText(words);
    await expect(screen.failure).toContainText(`(#${code})`);
    await expect(screen.failure).toContainText("Words that only Meta says.");
    await expect(screen.failure).toContainText(`Code ${code}`);
    await expect(screen.failure).toContainText(`Trace ID ${error?.fbtrace_id}`);
    expect(error?.advice).toBeTruthy();
    const [panel, box] = [await screen.failure.boundingBox(), await screen.composer.boundingBox()];
    expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThanOrEqual(box?.y ?? 0);

    await screen.failure.getByRole("button", { name: "Dismiss" }).click();
    await expect(screen.failure).toBeHidden();
    await expect(screen.tick("No luck", "Not sent")).toBeVisible();
  });
}

test("row 15: Send again says it once more, as a new message", async ({ page, shop }) => {
  const ada = await withAda(shop);
  await shop.fault({ kind: "error", code: 131026, times: 1 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("Try this");
  await screen.failure.getByRole("button", { name: "Send again" }).click();

  await expect(screen.failure).toBeHidden();
  await expect(screen.tick("Try this", "Read")).toBeVisible();
  await expect(screen.bubble("Try this")).toHaveCount(2);
  expect(await times(shop, ada, "Try this")).toBe(1);
});

test("row 15: what Meta accepts and fails a moment later is told the same way", async ({ page, shop }) => {
  await withAda(shop);
  await shop.fault({ kind: "late", code: 131049, times: 1 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("Too much of a good thing");
  await expect(screen.failure).toContainText("Meta chose not to deliver");
  await expect(screen.failure).toContainText("Code 131049");
});

test("row 15: a closed window is Meta's refusal, in Meta's words", async ({ page, shop }) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), { text: "Long ago", hours_ago: 30 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("Sorry for being late");
  await expect(screen.failure).toContainText("Re-engagement message");
  await expect(screen.failure).toContainText("more than 24 hours have passed since the customer last replied");
  await expect(screen.failure).toContainText("Code 131047");
});

test("row 15: whether it was sent is not known: that is said, and sending again is asked about", async ({
  page,
  shop,
}) => {
  const ada = await withAda(shop);
  await shop.fault({ kind: "close", times: 1 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("Did you get this?");
  await expect(screen.tick("Did you get this?", "Not known whether it was sent")).toBeVisible();
  await expect(screen.failure).toContainText("Perhaps sent");
  await expect(screen.failure).toContainText("the customer may get it twice");

  await screen.failure.getByRole("button", { name: "Send again" }).click();
  await expect(screen.failure).toContainText("Send it again?");
  expect(await times(shop, ada, "Did you get this?")).toBe(0);
  await screen.failure.getByRole("button", { name: "Yes, send again" }).click();
  await expect(screen.tick("Did you get this?", "Read")).toBeVisible();
  expect(await times(shop, ada, "Did you get this?")).toBe(1);
});

test("row 15: an answer that was lost is found again by its status, and is not sent twice", async ({ page, shop }) => {
  const ada = await withAda(shop);
  await shop.turns(ada, { online: false });
  await shop.fault({ kind: "close", accepted: true, times: 1 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("Lost and found");
  await shop.turns(ada, { online: true });
  await expect(screen.tick("Lost and found", "Read")).toBeVisible();
  await expect(screen.failure).toBeHidden();
  expect(await times(shop, ada, "Lost and found")).toBe(1);
  expect(await shop.doubled()).toEqual({});
});
