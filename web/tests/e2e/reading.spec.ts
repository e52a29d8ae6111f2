/** Rows 7 and 14: the list, and how every kind of message that Meta has is shown in it and in the conversation. */
import type { Message } from "@core/chat";
import { enter } from "./entering.ts";
import type { Screen } from "./screen.ts";
import type { Customer, Shop } from "./shop.ts";
import { expect, test } from "./test.ts";

// These change something that was said before, or tell of the customer: no messages. A group is another conversation.
const NO_MESSAGE = /^(reaction|reaction_removed|edit|revoke|system_number|system_identity|group_text)$/;
// So that all of a list or a conversation is drawn.
const TALL = { width: 1280, height: 6000 };

test("row 7: the list shows name or number, time, preview and what is unread, newest first", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  const nameless = await shop.customer("");
  await shop.lands(ada, { text: "Long ago", hours_ago: 30 });
  await shop.lands(nameless, "Who am I?");
  await shop.lands(nameless, "Guess");

  const screen = await enter(page, shop);
  await expect(screen.list.getByRole("heading", { name: `+${shop.display_number}` })).toBeVisible();
  await expect(screen.list.getByRole("button", { name: "Refresh" })).toBeVisible();
  await expect(screen.list.getByRole("button", { name: "Settings" })).toBeVisible();
  await expect(screen.rows).toHaveCount(2);
  await expect(screen.rows.nth(0)).toHaveAccessibleName(
    new RegExp(`^\\+${nameless.phone} ?, 2 unread messages, \\d?\\d:\\d\\d ?, Guess$`),
  );
  await expect(screen.rows.nth(0)).toContainText("2");
  await expect(screen.rows.nth(1)).toHaveAccessibleName(
    /^Ada Lovelace ?, 1 unread message, (Yesterday|\S+) ?, Long ago$/,
  );

  await screen.rows.nth(0).click();
  await expect(screen.rows.nth(0)).toHaveAccessibleName(/^\+\d+ ?, \d\d?:\d\d ?, Guess$/);
  await expect.poll(async () => (await shop.conversations())[0]?.unread).toBe(0);
});

test("row 7: what Meta delivers late stands where it was written, and is read like the rest", async ({
  page,
  shop,
}) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  await shop.lands(ada, "Today");
  await shop.lands(ada, { text: "From yesterday", hours_ago: 20 });
  const screen = await enter(page, shop, { live: true });
  await screen.open("Ada Lovelace");
  await expect(screen.bubbles).toHaveText([/^Delivered late by Meta.*From yesterday/, /^Today/]);
  await expect(screen.row("Ada Lovelace")).not.toHaveAccessibleName(/unread/);
  await shop.writes(ada, { text: "From the day before", hours_ago: 40 });
  await expect(screen.bubble("From the day before")).toBeVisible();
  await expect(screen.row("Ada Lovelace")).not.toHaveAccessibleName(/unread/);
  await expect.poll(async () => (await shop.conversations())[0]?.unread).toBe(0);
});

test("row 7: the list keeps its place while it updates", async ({ page, shop }) => {
  await shop.connect();
  const [, second] = await shop.crowd(50);
  const screen = await enter(page, shop, { live: true });
  await screen.row("Customer 1").hover();
  await page.mouse.wheel(0, 1440);
  await expect(screen.row("Customer 25")).toBeInViewport();
  await expect.poll(async () => await isStill(screen, "Customer 25")).toBe(true);
  const before = await screen.row("Customer 25").boundingBox();

  if (second) await shop.lands(second, "Me, too");
  await shop.writes(await shop.customer("Somebody New"), "Right now");
  await expect(page.getByText("51 unread conversations")).toBeAttached();

  expect((await screen.row("Customer 25").boundingBox())?.y).toBe(before?.y);
  await page.mouse.wheel(0, -9000);
  await expect(screen.list.getByText("Me, too")).toBeVisible();
  await expect(screen.list.getByText("Right now")).toBeVisible();
  await expect(screen.rows.nth(2)).toHaveAccessibleName(/^Customer 1 ?, /);
});

test("row 7: a name or number is found, also one that the list has not loaded", async ({ page, shop }) => {
  await shop.connect();
  const [ada, ben] = [await shop.customer("Ada Lovelace"), await shop.customer("Ben Okri")];
  await shop.writes(ada, "Hello");
  await shop.writes(ben, "Hello");
  await expect.poll(async () => (await shop.conversations()).length).toBe(2);
  const screen = await enter(page, shop);
  await expect(screen.rows).toHaveCount(2);

  await page.keyboard.press("/");
  await page.keyboard.type("lovel");
  await expect(screen.rows).toHaveCount(1);
  await expect(screen.row("Ada Lovelace")).toBeVisible();
  await screen.list.getByRole("textbox").fill(ben.phone.slice(-6));
  await expect(screen.row("Ben Okri")).toBeVisible();
  await expect(screen.row("Ada Lovelace")).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(screen.rows).toHaveCount(2);
});

test("row 14: every kind of message stands as its [type] in the conversation", async ({ page, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace");
  const samples = await kinds(shop);
  await shop.writes(ada, "Now look at all this");
  for (const sample of samples) await shop.writes(ada, { sample });
  await expect.poll(async () => (await said(shop, ada)).length, { timeout: 20_000 }).toBe(samples.length + 1);

  await page.setViewportSize(TALL);
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await expect(screen.bubbles).toHaveCount(samples.length + 1);
  const shown = await screen.bubbles.allInnerTexts();
  for (const [place, message] of (await said(shop, ada)).reverse().entries()) {
    const { type } = message.content;
    if (type === "text") expect(shown[place]).not.toContain("[text]");
    else expect(shown[place]).toContain(`[${type}]`);
  }
  for (const type of ["image", "video", "audio", "document", "sticker", "location", "contacts", "interactive"])
    expect(shown.join("\n")).toContain(`[${type}]`);
  expect(shown.join("\n")).toContain("[hologram]");
});

test("row 14: every kind of message stands as its [type] in the preview", async ({ page, shop }) => {
  await shop.connect();
  const samples = await kinds(shop);
  const people = new Map<string, Customer>();
  for (const sample of samples) people.set(sample, await shop.customer(`Sends ${sample}`));
  for (const [sample, customer] of people) await shop.writes(customer, { sample });
  await expect.poll(async () => (await shop.conversations()).length, { timeout: 20_000 }).toBe(samples.length);

  await page.setViewportSize(TALL);
  const screen = await enter(page, shop);
  await expect(screen.rows).toHaveCount(samples.length);
  for (const { contact, preview } of await shop.conversations()) {
    const words = preview?.type === "text" ? (preview.text ?? "") : `[${preview?.type}]`;
    await expect(screen.row(contact.name ?? "")).toContainText(words);
  }
  await expect(screen.row("Sends voice")).toContainText("[audio]");
  await expect(screen.row("Sends image")).toContainText("[image]");
  await expect(screen.row("Sends hologram")).toContainText("[hologram]");
});

async function kinds(shop: Shop): Promise<string[]> {
  const { messages } = await shop.stack.simulate<{ messages: string[] }>("GET", "/samples");
  return messages.filter((name) => !NO_MESSAGE.test(name));
}

async function said(shop: Shop, customer: Customer): Promise<Message[]> {
  return await shop.messages(customer, 200).catch(() => []);
}

/** Whether a row stands where it stood a moment ago. */
async function isStill(screen: Screen, name: string): Promise<boolean> {
  const before = await screen.row(name).boundingBox();
  await screen.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return (await screen.row(name).boundingBox())?.y === before?.y;
}
