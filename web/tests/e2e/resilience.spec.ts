/** Whatever ends and begins again, the page goes on: nothing missing, nothing twice. */
import { enter } from "./entering.ts";
import { Screen } from "./screen.ts";
import { forgetFeed } from "./store.ts";
import { expect, test } from "./test.ts";
import { expectSameList, expectSameMessages, TALL } from "./truth.ts";
import { AWAY, refused } from "./watch.ts";

for (const way of ["stop", "kill"] as const) {
  test(`the whole installation restarts (${way}) while customers write and an agent answers`, async ({
    page,
    shop,
    stack,
    watch,
  }) => {
    watch.allow(AWAY, refused(503));
    await shop.connect();
    const ada = await shop.customer("Ada Lovelace");
    await shop.lands(ada, "Hello");
    await page.setViewportSize(TALL);
    const screen = await enter(page, shop, { live: true });
    await screen.open("Ada Lovelace");
    await shop.traffic({ per_s: 12, for_s: 5, customers: 4 });
    await expect(screen.row("Customer 3")).toBeVisible();

    await screen.write("Just before");
    await stack.inbox[way]();
    await screen.isIn("offline");
    await screen.write("Meanwhile");
    await shop.writes(ada, "Are you there?");
    await stack.inbox.start();
    await screen.write("Just after");

    await expect(screen.tick("Just after", "Read")).toBeVisible({ timeout: 30_000 });
    await expect
      .poll(
        async () =>
          await Promise.all(
            [0, 1, 2, 3].map(async (place) => {
              const one = await shop.ofCrowd(place);
              return (await shop.messages(one)).length;
            }),
          ),
        { timeout: 30_000 },
      )
      .toEqual([15, 15, 15, 15]);
    await screen.isIn("live");
    await expectSameMessages(screen, shop, ada);
    await screen.row("Customer 2").click();
    await expect(screen.bubbles).toHaveCount(15);
    await expectSameMessages(screen, shop, await shop.ofCrowd(2));
    await expectSameList(screen, shop);
    expect(await shop.doubled()).toEqual({});
  });
}

for (const live of [true, false]) {
  test(`a history that is not the one of before is noticed, ${live ? "live" : "in pull mode"}`, async ({
    page,
    shop,
    stack,
    watch,
  }) => {
    watch.allow(refused(410));
    await shop.connect();
    const ada = await shop.customer("Ada Lovelace");
    await shop.lands(ada, "Before");
    await page.setViewportSize(TALL);
    const screen = await enter(page, shop, { live });
    await screen.open("Ada Lovelace");
    await expect(screen.bubble("Before")).toBeVisible();

    await forgetFeed(stack, shop.number_id);
    await shop.lands(ada, "After");
    await shop.lands(await shop.customer("Ben Okri"), "Me, too");
    if (!live) await screen.refresh();
    await expect(screen.row("Ben Okri")).toBeVisible({ timeout: 20_000 });
    await expectSameMessages(screen, shop, ada);
    await expectSameList(screen, shop);
    await shop.writes(ada, "And on");
    if (!live) await screen.refresh();
    await expect(screen.bubble("And on")).toBeVisible();
  });
}

test("two tabs of one browser show the same, and leave together", async ({ page, context, shop, watch }) => {
  watch.allow(refused(401));
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Hello");
  const one = await enter(page, shop, { live: true });
  await one.open("Ada Lovelace");
  await one.write("From the first");
  const tab = await context.newPage();
  await tab.goto(shop.stack.origin);
  const two = new Screen(tab);
  await two.isIn("live");
  await expect(two.bubble("From the first")).toBeVisible();
  await two.write("From the second");
  await expect(one.tick("From the second", "Read")).toBeVisible();
  await expect(two.tick("From the second", "Read")).toBeVisible();
  for (const screen of [one, two]) await expect(screen.bubbles).toHaveCount(3);

  await shop.revoke("Cleo");
  for (const each of [page, tab]) await expect(each.getByRole("button", { name: /^(Open|Join)/ })).toBeVisible();
  await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
});

test("two agents see each other's answers, and who gave them", async ({ page, shop, another }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Hello");
  const cleo = await enter(page, shop, { live: true, agent: "Cleo" });
  const dora = await enter(await (await another()).newPage(), shop, { live: true, agent: "Dora" });
  await expect(dora.row("Ada Lovelace")).toHaveAccessibleName(/1 unread message/);
  await cleo.open("Ada Lovelace");
  await expect(dora.row("Ada Lovelace")).not.toHaveAccessibleName(/unread/);

  await cleo.write("I take this one");
  await dora.open("Ada Lovelace");
  await expect(dora.tick("I take this one", "Read")).toBeVisible();
  await expect(dora.bubble("I take this one")).toContainText("Cleo");
  await dora.write("Thanks, Cleo");
  await expect(cleo.bubble("Thanks, Cleo")).toContainText("Dora");
  await expect(cleo.bubble("I take this one")).not.toContainText("Cleo");
});

test("an API token that is revoked while open turns live into pull mode, and says so", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Hello");
  const screen = await enter(page, shop, { live: true });
  const { tokens } = await shop.api<{ tokens: { id: string }[] }>("GET", "/v1/tokens");
  expect(tokens).toHaveLength(1);
  await shop.api("DELETE", `/v1/tokens/${tokens[0]?.id}`);

  await screen.isIn("pull");
  await expect(screen.list.getByRole("button", { name: "Go live" })).toBeVisible();
  await shop.lands(ada, "Pulled");
  await screen.refresh();
  await expect(screen.row("Ada Lovelace")).toContainText("Pulled");
  await screen.goLive();
});

test("a token that Meta refuses: the number says so, the answer waits, and goes with a new one", async ({
  page,
  shop,
  stack,
}) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Hello");
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await stack.simulate("POST", "/tokens/refuse", { token: shop.access_token });
  await screen.write("It waits");
  await expect(screen.list.getByText(/^Meta no longer accepts this number’s access token/)).toBeVisible();
  await expect(screen.tick("It waits", "Pending")).toBeVisible();
  await shop.writes(ada, "I still reach you");
  await expect(screen.bubble("I still reach you")).toBeVisible();

  const fresh = "EAAnewAndGoodForEver";
  await stack.simulate("POST", "/tokens", { token: fresh, number_ids: [shop.number_id] });
  await screen.list.getByRole("button", { name: "Open settings" }).click();
  const settings = screen.settings;
  await expect(settings.getByText(/session has been invalidated/)).toBeVisible();
  await settings.getByLabel("Access token", { exact: true }).fill(fresh);
  await settings.getByRole("button", { name: "Save changes" }).click();
  await expect(settings.getByText("…Ever")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(screen.tick("It waits", "Read")).toBeVisible();
  await expect(screen.list.getByText(/^Meta no longer accepts/)).toBeHidden();
  expect(await shop.doubled()).toEqual({});
});

test("a customer whose number changes goes on in the same conversation, open or not", async ({ page, shop, stack }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "My old number");
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await screen.composer.fill("half a word");
  await stack.simulate("POST", `/customers/${ada.id}/move`, { phone: `34600${ada.phone.slice(-6)}` });
  await shop.writes(ada, "My new number");
  await expect(screen.bubble("My new number")).toBeVisible();
  await expect(screen.bubble("My old number")).toBeVisible();
  await expect(screen.rows).toHaveCount(1);
  await expect(screen.composer).toHaveValue("half a word");
  await screen.composer.press("Enter");
  await expect(screen.tick("half a word", "Read")).toBeVisible();
});
