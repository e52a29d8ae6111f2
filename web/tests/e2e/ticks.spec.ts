/** Rows 3 and 8: how an answer travels, and the sign beside its time that says how far it got. */
import { enter } from "./entering.ts";
import { expectForward, noteSigns, signsSeen } from "./ledger.ts";
import { expect, test } from "./test.ts";

test("row 3: an answer travels through our backend to Graph, and reaches the customer's phone", async ({
  page,
  shop,
  watch,
}) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Do you have rye bread?");
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Do you have rye bread?")).toBeVisible();

  await screen.write("Fresh at ten.");
  await expect(screen.tick("Fresh at ten.", "Read")).toBeVisible();
  expect((await shop.phone(ada)).map(({ content }) => content?.["text"])).toEqual([
    { body: "Do you have rye bread?" },
    expect.objectContaining({ body: "Fresh at ten." }),
  ]);
  expect(new Set(watch.asked.map((url) => new URL(url).origin))).toEqual(new Set([shop.stack.origin]));
});

test("row 8: a clock, one tick, two ticks, two in blue, and never back", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace", { online: false, reads: false });
  await shop.lands(ada, "Hello");
  await shop.fault({ kind: "delay", delay_s: 1, times: 1 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.bubble("Hello")).toBeVisible();
  await noteSigns(page, "Step by step");

  await screen.write("Step by step");
  await expect(screen.tick("Step by step", "Pending")).toBeVisible();
  await expect(screen.tick("Step by step", "Sent")).toBeVisible();
  await shop.turns(ada, { online: true });
  await expect(screen.tick("Step by step", "Delivered")).toBeVisible();
  const colour = (state: string) =>
    screen
      .tick("Step by step", state)
      .locator("svg")
      .evaluate((sign) => getComputedStyle(sign).color);
  const grey = await colour("Delivered");
  const wamid = (await shop.messages(ada))[0]?.wamid ?? "";
  await shop.tells(wamid, "read");
  await expect(screen.tick("Step by step", "Read")).toBeVisible();
  expect(await colour("Read")).toBe("rgb(0, 123, 252)");
  expect(grey).not.toBe("rgb(0, 123, 252)");

  for (const late of ["delivered", "sent", "failed"]) await shop.tells(wamid, late);
  await shop.lands(ada, "After that");
  await expect(screen.bubble("After that")).toBeVisible();
  await expect(screen.tick("Step by step", "Read")).toBeVisible();
  expect(await signsSeen(page)).toEqual(["Pending", "Sent", "Delivered", "Read"]);
});

for (const habit of ["reversed", "early", "thrice", "late_delivery", "chat_open"]) {
  test(`row 8: signs only go forward when statuses come ${habit}`, async ({ page, shop }) => {
    await shop.connect();
    const ada = await shop.customer("Ada Lovelace", { habit });
    await shop.lands(ada, "Hello");
    const screen = await enter(page, shop, { live: true });
    await screen.open("Ada Lovelace");
    await expect(screen.bubble("Hello")).toBeVisible();
    await noteSigns(page, "Forward");

    await screen.write("Forward");
    await expect(screen.tick("Forward", habit === "late_delivery" ? "Delivered" : "Read")).toBeVisible();
    await expect
      .poll(async () => Object.keys((await shop.messages(ada))[0]?.status_at ?? {}).length)
      .toBeGreaterThan(2);
    expectForward(await signsSeen(page));
  });
}

test("row 8: what Meta rejects carries an alert, in the bubble and in the list", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Hello");
  await shop.fault({ kind: "error", code: 131026, times: 1 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("You will not get this");

  await expect(screen.tick("You will not get this", "Not sent")).toBeVisible();
  await expect(screen.bubble("You will not get this")).toContainText("Message undeliverable");
  await expect(screen.row("Ada Lovelace")).toHaveAccessibleName(/You \(Not sent\), You will not get this/);
});

test("row 8: pointing at the time shows when each step was", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Hello");
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.write("When?");
  await expect(screen.tick("When?", "Read")).toBeVisible();

  await screen.stamp("When?").hover();
  await expect(screen.stamp("When?")).toHaveAccessibleDescription(
    /^Queued .*\d\d?:\d\d:\d\d.*Accepted by Meta .*\d\d?:\d\d:\d\d.*Sent .*Delivered .*Read /,
  );
});
