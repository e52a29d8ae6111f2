/** The inbox inside WhatsApp Web: rows 1, 2, 11 and 13 of the product, against real services. */

import { Overlaid } from "./overlaid.ts";
import { expect, test as plain } from "./test.ts";

const test = plain.extend<{ web: Overlaid }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  web: async ({}, use) => {
    const web = await Overlaid.start();
    await use(web);
    await web.end();
  },
});

test.describe("row 1: the dock icon opens the inbox inside WhatsApp Web", () => {
  test("a click opens it, Esc closes it, and the focus comes back", async ({ web }) => {
    const page = await web.visit();
    await page.getByRole("textbox", { name: "Type a message" }).focus();
    expect((await web.icon(page)).name).toBe("Cloud Inbox");
    await web.press(page);
    const inbox = await web.frame(page);
    await expect(inbox.getByRole("textbox", { name: "Address" })).toBeVisible();
    expect(await web.isOpen(page)).toBe(true);
    await page.keyboard.press("Escape");
    await expect.poll(() => web.isOpen(page)).toBe(false);
    // A press on the icon took the focus from the page, so the icon has it again: Enter opens.
    await page.keyboard.press("Enter");
    await expect.poll(() => web.isOpen(page)).toBe(true);
  });

  test("the key opens and closes it, and gives the focus back to where somebody was typing", async ({ web }) => {
    const page = await web.visit();
    const typing = page.getByRole("textbox", { name: "Type a message" });
    await typing.focus();
    await web.icon(page);
    await web.pressKey();
    await expect.poll(() => web.isOpen(page)).toBe(true);
    await expect(typing).not.toBeFocused();
    await web.pressKey();
    await expect.poll(() => web.isOpen(page)).toBe(false);
    await expect(typing).toBeFocused();
  });

  test("a key that was switched off does nothing", async ({ web }) => {
    await web.worker.evaluate(() => chrome.storage.local.set({ settings: { key: false } }));
    const page = await web.visit();
    await web.icon(page);
    await web.pressKey();
    await page.waitForTimeout(300);
    expect(await web.isOpen(page)).toBe(false);
  });

  test("it stays as it was left, through a reload", async ({ web }) => {
    const page = await web.visit();
    await web.press(page);
    await expect.poll(() => web.remembersOpen()).toBe(true);
    await page.reload();
    await expect.poll(() => web.isOpen(page)).toBe(true);
    await web.press(page);
    await expect.poll(() => web.remembersOpen()).toBe(false);
    await page.reload();
    await web.icon(page);
    expect(await web.isOpen(page)).toBe(false);
  });

  test("the toolbar leads to it: over WhatsApp Web, or in a tab of its own", async ({ web }) => {
    const opened = web.context.waitForEvent("page");
    await web.clickToolbar(null);
    const alone = await opened;
    await expect(alone).toHaveURL(`chrome-extension://${web.id}/inbox.html`);
    await expect(alone.getByRole("textbox", { name: "Address" })).toBeVisible();
    const page = await web.visit();
    await web.icon(page);
    await web.clickToolbar(page);
    await expect.poll(() => web.isOpen(page)).toBe(true);
  });

  test("the conversation that was open is open again", async ({ web, shop }) => {
    await shop.connect();
    const ada = await shop.customer("Ada");
    await shop.writes(ada, "Is the blue one in stock?");
    await web.signIn(shop);
    const page = await web.visit();
    await web.press(page);
    await (await web.frame(page)).getByText("Is the blue one in stock?").first().click();
    await expect((await web.frame(page)).getByRole("textbox", { name: /message/i })).toBeVisible();
    await page.reload();
    await expect((await web.frame(page)).getByRole("textbox", { name: /message/i })).toBeVisible();
  });
});

async function sockets(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^inbox_push_sockets(?:{[^}]*})? (\S+)$/m.exec(text)?.[1] ?? Number.NaN);
}

test.describe("row 11: one socket for the whole browser", () => {
  test("several tabs share it; the icon and the toolbar count what is unread", async ({ web, shop, stack }) => {
    const before = await sockets(stack.origin);
    await shop.connect();
    await web.signIn(shop);
    const [one, two] = [await web.visit(), await web.visit()];
    await web.press(one);
    await web.press(two);
    await web.clickToolbar(null);
    await expect.poll(() => sockets(stack.origin)).toBe(before + 1);

    const ada = await shop.customer("Ada");
    await shop.writes(ada, "Hello");
    await expect.poll(() => web.badge()).toBe("1");
    await expect.poll(async () => (await web.icon(one)).name).toBe("Cloud Inbox, 1 unread conversation");
    await expect((await web.frame(one)).getByText("Hello").first()).toBeVisible();
    await expect((await web.frame(two)).getByText("Hello").first()).toBeVisible();
    expect(await sockets(stack.origin)).toBe(before + 1);

    const [message] = await shop.messages(ada);
    await shop.api("POST", `/v1/numbers/${shop.number_id}/conversations/${ada.contact_id}/read`, {
      up_to: message?.id,
    });
    await expect.poll(() => web.badge()).toBe("");
  });

  test("with every tab closed there is none; a worker that was stopped is up again, and live", async ({
    web,
    shop,
    stack,
  }) => {
    await shop.connect();
    await web.signIn(shop);
    const before = await sockets(stack.origin);
    const page = await web.visit();
    await web.press(page);
    const ada = await shop.customer("Ada");
    await shop.writes(ada, "First");
    await expect((await web.frame(page)).getByText("First").first()).toBeVisible();
    await web.stopWorker(page);
    await shop.writes(ada, "Second");
    await expect((await web.frame(page)).getByText("Second").first()).toBeVisible();
    await expect.poll(() => web.badge()).toBe("1");
    await page.close();
    await expect.poll(() => sockets(stack.origin)).toBe(before);
  });
});

test.describe("row 11: without a token, pull mode", () => {
  test("no socket; the inbox refreshes when it is opened, and the count with it", async ({ web, shop, stack }) => {
    await shop.connect();
    await web.signIn(shop, { live: false });
    const page = await web.visit();
    await web.press(page);
    await expect((await web.frame(page)).getByText("Cloud API").first()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect.poll(() => web.isOpen(page)).toBe(false);
    const ada = await shop.customer("Ada");
    await shop.writes(ada, "Hello");
    await expect.poll(async () => (await shop.messages(ada).catch(() => [])).length).toBe(1);
    await web.press(page);
    await expect((await web.frame(page)).getByText("Hello").first()).toBeVisible();
    await expect.poll(() => web.badge()).toBe("1");
    expect(await sockets(stack.origin)).toBe(0);
  });

  test("with no tab at all the alarm keeps the count", async ({ web, shop }) => {
    await shop.connect();
    await web.signIn(shop);
    expect(await web.worker.evaluate(async () => (await chrome.alarms.get("count"))?.periodInMinutes)).toBe(5);
    await shop.writes(await shop.customer("Ada"), "Hello");
    await web.ring();
    await expect.poll(() => web.badge()).toBe("1");
  });

  test("a sign-in that was revoked counts nothing, and what is kept of it goes", async ({ web, shop }) => {
    await shop.connect();
    await shop.writes(await shop.customer("Ada"), "Hello");
    await web.signIn(shop);
    await web.ring();
    await expect.poll(() => web.badge()).toBe("1");
    await shop.api("DELETE", "/v1/session");
    await web.ring();
    await expect.poll(() => web.badge()).toBe("");
  });
});

test("a page that outlives an update of the extension says so", async ({ web }) => {
  const page = await web.visit();
  await web.press(page);
  await expect.poll(() => web.isOpen(page)).toBe(true);
  await web.worker.evaluate(() => chrome.runtime.reload()).catch(() => {});
  await expect.poll(async () => (await web.icon(page)).name).toContain("Reload this page");
  expect(await web.isOpen(page)).toBe(false);
});

test("a conversation that is open in a closed overlay is not read", async ({ web, shop }) => {
  await shop.connect();
  const ada = await shop.customer("Ada");
  await shop.writes(ada, "Hello");
  await web.signIn(shop);
  const page = await web.visit();
  await web.press(page);
  await expect.poll(() => web.badge()).toBe("1");
  await (await web.frame(page)).getByText("Hello").first().click();
  await expect.poll(() => web.badge()).toBe("");
  await web.pressKey();
  await expect.poll(() => web.isOpen(page)).toBe(false);
  await shop.writes(ada, "Still there?");
  await expect.poll(() => web.badge()).toBe("1");
  await web.pressKey();
  await expect.poll(() => web.badge()).toBe("");
});

test("row 13: whatever is said in the inbox goes to our server, and nothing to WhatsApp", async ({
  web,
  shop,
  stack,
}) => {
  const asked = new Set<string>();
  web.context.on("request", (request) => {
    if (!request.url().startsWith("chrome-extension:")) asked.add(new URL(request.url()).origin);
  });
  await shop.connect();
  const ada = await shop.customer("Ada");
  await shop.writes(ada, "Hello");
  await web.signIn(shop);
  const page = await web.visit();
  asked.clear();
  await web.press(page);
  const inbox = await web.frame(page);
  await inbox.getByText("Hello").first().click();
  await inbox.getByRole("textbox", { name: /message/i }).fill("Good morning");
  await inbox.getByRole("textbox", { name: /message/i }).press("Enter");
  await expect.poll(async () => (await shop.messages(ada)).map((message) => message.direction)).toContain("outbound");
  expect([...asked]).toEqual([stack.origin]);
});
