/** Rows 4, 5 and 6: the connect form, Meta's handshake before anything is saved, and what was there before. */
import type { Page } from "@playwright/test";
import { arrive } from "./entering.ts";
import { expectStored, kept } from "./keeping.ts";
import { Screen } from "./screen.ts";
import type { Shop } from "./shop.ts";
import { expect, test } from "./test.ts";
import { refused } from "./watch.ts";

const LABELS = [
  "Phone number ID",
  "Access token",
  "Verify token",
  "App secret (optional)",
  "Display number (optional)",
];

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save & connect" });
const callback = (page: Page) => page.getByRole("textbox", { name: "Webhook callback URL" });

async function fill(page: Page, shop: Shop, other: { access_token?: string } = {}): Promise<void> {
  await field(page, "Phone number ID").fill(shop.number_id);
  await field(page, "Access token").fill(other.access_token ?? shop.access_token);
  await field(page, "Verify token").fill(shop.verify_token);
  await field(page, "App secret (optional)").fill(shop.app_secret);
}

function expectNoSecret(text: string, shop: Shop): void {
  for (const secret of [shop.access_token, shop.app_secret, shop.verify_token])
    expect(text.includes(secret), "a secret is in the browser").toBe(false);
}

test("row 4: the form on first opening has the guide's five fields, of which two are optional", async ({
  page,
  shop,
}) => {
  await arrive(page, shop);

  await expect(page.getByRole("heading", { name: "Connect WhatsApp Cloud API" })).toBeVisible();
  for (const label of LABELS) {
    await expect(field(page, label)).toBeVisible();
    const isRequired = (await field(page, label).getAttribute("aria-required")) === "true";
    expect(isRequired, label).toBe(!label.endsWith("(optional)"));
  }
  await expect(field(page, "Access token")).toHaveAttribute("type", "password");
  await expect(field(page, "Access token")).toHaveAccessibleDescription(/permanent \(System User\) token/);
});

test("row 4: each field is checked where it stands, and a verify token can be generated", async ({ page, shop }) => {
  await arrive(page, shop);
  for (const [label, typed, found] of [
    ["Phone number ID", "+91 98765 43210", /looks like a phone number/],
    ["Access token", "Bearer EAAxyz", /without “Bearer”/],
    ["Verify token", "edge ", /begins or ends with a space/],
    ["App secret (optional)", "two parts", /space or a line break/],
  ] as const) {
    await field(page, label).fill(typed);
    await field(page, label).blur();
    await expect(field(page, label)).toHaveAccessibleDescription(found);
    await expect(field(page, label)).toHaveAttribute("aria-invalid", "true");
  }

  await page.getByRole("button", { name: "Generate" }).click();
  await expect(field(page, "Verify token")).toHaveValue(/^[\w-]{20,}$/);
  await expect(field(page, "Verify token")).not.toHaveAttribute("aria-invalid", "true");

  await save(page).click();
  await expect(field(page, "Phone number ID")).toBeFocused();
  await expect(page.getByRole("heading", { name: "Connect WhatsApp Cloud API" })).toBeVisible();
});

test("row 4: what Graph refuses stands next to the field that it concerns, in Meta's words", async ({
  page,
  shop,
  watch,
}) => {
  watch.allow(refused(422));
  await arrive(page, shop);
  await fill(page, shop, { access_token: "EAAnobodyKnowsThisOne" });
  await save(page).click();

  const token = field(page, "Access token");
  await expect(token).toHaveAttribute("aria-invalid", "true");
  await expect(token).toBeFocused();
  await expect(token).toHaveAccessibleDescription(/Invalid OAuth access token - Cannot parse access token/);
  await expect(token).toHaveAccessibleDescription(/Code 190 · Trace id \S+/);
  await expect(field(page, "Phone number ID")).not.toHaveAttribute("aria-invalid", "true");

  await token.fill(shop.access_token);
  await save(page).click();
  await new Screen(page).isIn("pull");
});

test("row 4: secrets never come back to the browser, a fingerprint does", async ({ page, shop }) => {
  const answers: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/v1/")) answers.push(await response.text().catch(() => ""));
  });
  await arrive(page, shop);
  await fill(page, shop);
  await field(page, "Display number (optional)").fill("+91 98765 43210");
  await expectStored(page, "+91 98765 43210");
  expectNoSecret((await kept(page)).stored, shop);
  await save(page).click();
  const screen = new Screen(page);
  await expect(screen.list.getByRole("heading", { name: "+91 98765 43210" })).toBeVisible();

  const settings = await screen.openSettings();
  await expect(settings.getByText(`…${shop.access_token.slice(-4)}`)).toBeVisible();
  await expect(settings.getByText(`…${shop.app_secret.slice(-4)}`)).toBeVisible();
  await expect(settings.getByRole("button", { name: "Replace Access token" })).toBeVisible();
  await page.reload();
  await screen.isIn("pull");

  expectNoSecret((await kept(page)).text, shop);
  expectNoSecret(answers.join("\n"), shop);
  expect(answers.length).toBeGreaterThan(3);
});

test("row 5: the callback URL stands there from the start, and one press copies it", async ({
  page,
  context,
  shop,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await arrive(page, shop);
  await expect(callback(page)).toHaveValue(/^http:\/\/\S+\/webhooks\/[A-Za-z0-9]{20,}$/);
  await expect(callback(page)).toHaveAccessibleDescription(/subscribe to the messages webhook field/);

  await page.getByRole("button", { name: "Copy Webhook callback URL" }).click();
  await expect(page.getByText("Copied: Webhook callback URL")).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await callback(page).inputValue());
});

test("row 5: Meta verifies it before Save & connect, and the form says so at once", async ({ page, shop }) => {
  await arrive(page, shop);
  const url = await callback(page).inputValue();
  await expect(page.getByText("Not verified yet")).toBeVisible();
  await field(page, "Verify token").fill("first thought");
  await field(page, "Verify token").fill(shop.verify_token);
  await expect(page.getByText("Waiting for Meta: press Verify and save there.")).toBeVisible();

  await expect(shop.verify(url, "something else")).rejects.toThrow();
  await expect(page.getByText("Waiting for Meta")).toBeVisible();
  await shop.verify(url, shop.verify_token);
  await expect(page.getByText(/^Verified by Meta at \d\d?:\d\d$/)).toBeVisible();

  await fill(page, shop);
  await save(page).click();
  await new Screen(page).isIn("pull");
});

test("row 6: what arrived before connecting fills the list when it is saved", async ({ page, shop }) => {
  await shop.introduce();
  const [ada, ben] = [await shop.customer("Ada Lovelace"), await shop.customer("Ben Okri")];
  await shop.writes(ada, "First!");
  await shop.writes(ben, "Second");
  await shop.writes(ben, "And third");

  await arrive(page, shop);
  await fill(page, shop);
  await save(page).click();
  const screen = new Screen(page);
  await expect(screen.row("Ben Okri")).toHaveAccessibleName(/2 unread messages.*And third/);
  await expect(screen.row("Ada Lovelace")).toHaveAccessibleName(/1 unread message.*First!/);
  await screen.open("Ben Okri");
  await expect(screen.bubbles).toHaveCount(2);
});

test("row 6: history that Meta shares afterwards appears, and none of it is unread", async ({ page, shop }) => {
  await shop.connect();
  const { wamids } = await shop.stack.simulate<{ wamids: string[] }>("POST", "/webhooks/history", {
    number_id: shop.number_id,
    messages: 40,
    threads: 4,
  });
  expect(wamids).toHaveLength(40);
  await expect.poll(async () => (await shop.conversations()).length).toBe(4);

  await page.setViewportSize({ width: 1280, height: 2000 }); // all of a conversation is drawn
  const screen = await arrive(page, shop);
  await expect(screen.rows).toHaveCount(4);
  await expect(screen.list.getByRole("button", { name: /unread message/ })).toHaveCount(0);
  await screen.rows.first().click();
  await expect(screen.bubbles).toHaveCount(10);
});
