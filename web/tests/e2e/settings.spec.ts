/** Behind the settings button: another number, the connection check, invites and devices, a number that rests. */
import { randomInt } from "node:crypto";
import { arrive, enter } from "./entering.ts";
import { expect, test } from "./test.ts";

test("row 4: later the form is behind settings, and the header switches between numbers", async ({
  page,
  shop,
  stack,
}) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), "To the first");
  const [second, token] = [String(10 ** 15 + randomInt(10 ** 12)), "EAAofTheSecond"];
  await stack.simulate("POST", "/numbers", { id: second, account_id: `1${second}`, display_number: "15550001111" });
  await stack.simulate("POST", "/tokens", { token, number_ids: [second] });
  const screen = await enter(page, shop, { live: true });

  const settings = await screen.openSettings("Connect another number");
  await settings.getByLabel("Phone number ID", { exact: true }).fill(second);
  await settings.getByLabel("Access token", { exact: true }).fill(token);
  await settings.getByLabel("Verify token", { exact: true }).fill(shop.verify_token);
  await settings.getByLabel("Display number (optional)", { exact: true }).fill("Second shop");
  await settings.getByRole("button", { name: "Save & connect" }).click();
  await expect(settings.getByRole("heading", { name: "Second shop", level: 2 })).toBeVisible();
  await page.keyboard.press("Escape");

  const names = screen.list.getByRole("heading", { level: 1 }).getByRole("button");
  await expect(names).toContainText("Second shop");
  await expect(screen.list.getByRole("heading", { name: "No conversations yet" })).toBeVisible();
  await names.click();
  await page.getByRole("menuitemradio", { name: new RegExp(shop.display_number) }).click();
  await expect(screen.row("Ada Lovelace")).toBeVisible();
  await screen.isIn("live");
  await page.reload();
  await expect(names).toContainText(shop.display_number);
});

test("the connection check says which hop is broken and what to do, and green when it is mended", async ({
  page,
  shop,
  stack,
}) => {
  await shop.connect();
  await shop.lands(await shop.customer("Ada Lovelace"), "Hello");
  const screen = await enter(page, shop, { live: true });
  const settings = await screen.openSettings("Connection check");
  await expect(settings.getByText("Everything works.")).toBeVisible();
  await expect(settings.getByRole("list", { name: "Hops" }).getByRole("listitem")).toHaveCount(12);
  await expect(settings.getByRole("term").filter({ hasText: "Messages of customers" })).toBeVisible();

  await stack.simulate("POST", "/tokens/refuse", { token: shop.access_token });
  await expect(async () => {
    await settings.getByRole("button", { name: "Check again" }).click();
    await expect(settings.getByRole("heading", { name: "Problem: Token refused" })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 }); // what Graph said is remembered for some seconds
  await expect(settings.getByText(/session has been invalidated/)).toBeVisible();
  await expect(settings.getByText(/System users → Generate new token/)).toBeVisible();

  await stack.simulate("POST", "/tokens/accept", { token: shop.access_token });
  await expect(async () => {
    await settings.getByRole("button", { name: "Check again" }).click();
    await expect(settings.getByText("Everything works.")).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
});

test("a colleague comes in by an invite link that works once, and is signed out again from here", async ({
  page,
  shop,
  another,
  watch,
}) => {
  watch.allow(/status of (401|403)/);
  await shop.connect();
  const screen = await enter(page, shop, { agent: "Cleo" });
  const settings = await screen.openSettings("Agents and devices");
  await settings.getByRole("button", { name: "Make an invite" }).click();
  const link = await settings.getByRole("textbox", { name: "Invite link" }).inputValue();
  await expect(settings.getByRole("img", { name: "The invite link as a QR code" })).toBeVisible();

  const theirs = await (await another()).newPage();
  await theirs.goto(link);
  await expect(theirs).not.toHaveURL(/invite/);
  await theirs.getByRole("textbox", { name: "Your name" }).fill("Dora");
  await theirs.getByRole("button", { name: "Join the inbox" }).click();
  await expect(theirs.getByRole("region", { name: "Conversations" })).toBeVisible();
  const late = await (await another()).newPage();
  await late.goto(link);
  await late.getByRole("button", { name: "Join the inbox" }).click();
  await expect(late.getByRole("alert")).toHaveText(/This invite was used/);

  await page.keyboard.press("Escape");
  await screen.openSettings("Agents and devices");
  await settings.getByRole("button", { name: "Sign out the device of Dora" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await expect(settings.getByRole("list", { name: "Devices" })).not.toContainText("Dora");
  await expect(theirs.getByText(/^This browser was signed out/)).toBeVisible({ timeout: 20_000 });
});

test("a number that is switched off rests, and what came meanwhile appears when it is on again", async ({
  page,
  shop,
}) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Before");
  const screen = await enter(page, shop, { live: true });
  const settings = await screen.openSettings();
  await settings.getByRole("switch", { name: "Number switched on" }).click();
  await expect(settings.getByText(/^This number is switched off: what Meta sends is kept/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(screen.list.getByText(/^This number is switched off/)).toBeVisible();
  await shop.writes(ada, "While it rested");

  await screen.openSettings();
  await settings.getByRole("switch", { name: "Number switched on" }).click();
  await expect(settings.getByRole("switch", { name: "Number switched on" })).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(screen.row("Ada Lovelace")).toContainText("While it rested");
});

test("a read receipt reaches the customer when the number is set so", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Have you seen this?");
  const screen = await enter(page, shop);
  const settings = await screen.openSettings();
  await settings.getByRole("switch", { name: "Send read receipts" }).click();
  await expect(settings.getByRole("switch", { name: "Send read receipts" })).toBeChecked();
  await page.keyboard.press("Escape");
  await screen.open("Ada Lovelace");
  await expect.poll(async () => (await shop.phone(ada))[0]?.is_read).toBe(true);
});

test("what was typed into the connect form survives a reload, but for secrets", async ({ page, shop }) => {
  await arrive(page, shop);
  await page.getByLabel("Phone number ID", { exact: true }).fill(shop.number_id);
  await page.getByLabel("Access token", { exact: true }).fill(shop.access_token);
  await page.reload();
  await expect(page.getByLabel("Phone number ID", { exact: true })).toHaveValue(shop.number_id);
  await expect(page.getByLabel("Access token", { exact: true })).toHaveValue("");
});
