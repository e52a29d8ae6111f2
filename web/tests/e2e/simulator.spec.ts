/** The simulator's own page: phones, levers and the log, and an inbox that stays truthful when they are used. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test as plain } from "@playwright/test";
import { ask } from "./http.ts";
import { freePort, Program } from "./program.ts";
import { Shop } from "./shop.ts";
import { Stack } from "./stack.ts";

const NUMBER = "106540352242922";
const MARIA = "+34600555101";

/** A simulator with its cast at rest, and Graph as a business calls it. */
class Meta {
  constructor(readonly program: Program) {}

  async simulate<T>(method: string, path: string, body?: unknown): Promise<T> {
    return await ask<T>(method, `${this.program.origin}/simulator${path}`, { body });
  }

  /** The code it was refused with, none when it was accepted. */
  async send(to: string, body: string): Promise<number | undefined> {
    const answer = await fetch(`${this.program.origin}/v25.0/${NUMBER}/messages`, {
      method: "POST",
      headers: { Authorization: "Bearer simulated-access-token" },
      body: JSON.stringify({ messaging_product: "whatsapp", to, type: "text", text: { body } }),
    });
    const read = (await answer.json()) as { error?: { code: number } };
    return read.error?.code;
  }
}

const test = plain.extend<{ meta: Meta; complaints: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  meta: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "simulator-e2e-"));
    const port = await freePort();
    const settings = { SIMULATOR_PORT: String(port), SIMULATOR_SPEED: "20" };
    const program = new Program("simulator", port, settings, join(folder, "simulator.log"));
    await program.start();
    await use(new Meta(program));
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  },
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await use(complaints);
    expect(complaints).toEqual([]);
  },
});

async function open(page: Page, meta: Meta, customer = "maria"): Promise<void> {
  await page.goto(`${meta.program.origin}/#${customer}`);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
}

const bubbles = (page: Page) => page.getByRole("list", { name: "Conversation on this phone" }).getByRole("listitem");
const write = (page: Page) => page.getByRole("textbox", { name: "Write as this customer" });

test("a customer writes, is answered, and the phone shows it with its ticks", async ({ page, meta, complaints }) => {
  await open(page, meta, "layla");
  await write(page).fill("مساء الخير");
  await write(page).press("Enter");
  await expect(bubbles(page)).toHaveText([/مساء الخير/]);
  await expect(write(page)).toHaveValue("");

  expect(await meta.send("+96170555103", "Hello")).toBeUndefined();
  await expect(bubbles(page).nth(1)).toContainText("✓✓ read");
  await expect(page.getByRole("list", { name: "What happens" })).toContainText("accepted for ليلى حداد: Hello");
  expect(complaints).toEqual([]);
});

test("without receipts nobody is told; without signal it waits", async ({ page, meta, complaints }) => {
  await meta.simulate("POST", "/customers/maria/write", { text: "Hola" });
  await open(page, meta);
  await page.getByRole("switch", { name: "Read receipts" }).click();
  await page.getByRole("switch", { name: "Online" }).click();
  await expect(page.getByRole("navigation", { name: "Customers" })).toContainText("no signal");
  await meta.send(MARIA, "Are you there?");
  await expect(bubbles(page).nth(1)).toContainText("waits for signal");

  await page.getByRole("switch", { name: "Online" }).click();
  await expect(bubbles(page).nth(1)).toContainText("✓✓ delivered");
  expect(complaints).toEqual([]);
});

test("messages are changed, deleted, reacted to and answered by keyboard", async ({ page, meta, complaints }) => {
  await meta.simulate("POST", "/customers/maria/write", { text: "400 rolls" });
  await meta.send(MARIA, "Really?");
  await open(page, meta);
  const [own, answer] = [bubbles(page).nth(0), bubbles(page).nth(1)];

  await own.getByRole("button", { name: "What to do" }).press("Enter");
  await own.getByRole("button", { name: "Edit" }).press("Enter");
  await expect(write(page)).toBeFocused();
  await write(page).fill("40 rolls");
  await write(page).press("Enter");
  await expect(own).toContainText("edited");

  await answer.getByRole("button", { name: "What to do" }).press("Enter");
  await answer.getByRole("button", { name: "React with 😂" }).press("Enter");
  await expect(answer).toContainText("😂");
  await expect(answer.getByRole("button", { name: "What to do" })).toBeFocused();
  await answer.getByRole("button", { name: "What to do" }).press("Enter");
  await answer.getByRole("button", { name: "Reply" }).press("Enter");
  await write(page).fill("Forty!");
  await write(page).press("Enter");
  await expect(bubbles(page).nth(2)).toContainText("Really?");

  await own.getByRole("button", { name: "What to do" }).press("Enter");
  await own.getByRole("button", { name: "Delete for everyone" }).press("Enter");
  await expect(own).toContainText("This message was deleted");
  expect(complaints).toEqual([]);
});

test("every kind of message can be sent from the menu", async ({ page, meta, complaints }) => {
  await open(page, meta);
  for (const [choice, shown] of [
    ["voice", "[voice]"],
    ["location", "[location] Tunde's Tailoring"],
    ["contacts", "[contacts] Dr. Amina Yusuf"],
    ["hologram", "[hologram]"],
  ] as const) {
    await page.getByRole("button", { name: "Send something else" }).click();
    await page.getByRole("button", { name: choice, exact: true }).click();
    await expect(bubbles(page).last()).toContainText(shown);
  }
  expect(complaints).toEqual([]);
});

test("faults are switched on, once or until lifted, and seen wherever they come from", async ({ page, meta }) => {
  await meta.simulate("POST", "/customers/maria/write", { text: "Hola" });
  await open(page, meta);
  const limit = page.getByRole("switch", { name: "Rate limit" });
  await limit.click();
  await expect(limit).toBeChecked();
  expect(await meta.send(MARIA, "1")).toBe(130429);
  await limit.click();
  await expect(limit).not.toBeChecked();
  expect(await meta.send(MARIA, "2")).toBeUndefined();

  await page.getByRole("button", { name: "Once: Server error" }).click();
  await expect(page.getByText("Server error, for the next call", { exact: true })).toBeVisible();
  expect(await meta.send(MARIA, "3")).toBe(131000);
  expect(await meta.send(MARIA, "4")).toBeUndefined();

  const token = page.getByRole("switch", { name: "Refuse the access token" });
  await meta.simulate("POST", "/tokens/refuse", {});
  await expect(token).toBeChecked();
  expect(await meta.send(MARIA, "5")).toBe(190);
  await token.click();
  await expect(token).not.toBeChecked();
  expect(await meta.send(MARIA, "6")).toBeUndefined();
});

test("traffic flows and ends, and the page goes on when the simulator was away", async ({ page, meta }) => {
  await open(page, meta);
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByText(/2 per second from 20/)).toBeVisible();
  await page.getByRole("button", { name: "Stop all" }).click();
  await expect(page.getByText(/2 per second from 20/)).toBeHidden();

  await meta.simulate("POST", "/absence", { for_s: 1 });
  await expect(page.getByText("no connection to the simulator")).toBeVisible();
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await meta.simulate("POST", "/customers/maria/write", { text: "¡Otra vez!" });
  await expect(bubbles(page)).toHaveText([/¡Otra vez!/]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing is out of reach in ${colorScheme}, down to 320 px`, async ({ page, meta, complaints }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 320, height: 720 });
    await meta.simulate("POST", "/customers/maria/write", { text: "Hola" });
    await meta.send(MARIA, "Hello");
    await open(page, meta);
    await expect(bubbles(page)).toHaveCount(2);

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test("the inbox stays truthful when the clock is wound and when a message is almost a day old", async ({ page }) => {
  const stack = await Stack.start();
  try {
    const shop = await Shop.open(stack);
    await shop.connect();
    const ada = await shop.customer("Ada");
    await shop.writes(ada, "Hello");
    const conversation = async (contact_id: string) => {
      const path = `/v1/numbers/${shop.number_id}/conversations`;
      const { conversations } = await shop.api<{ conversations: { contact_id: string; window_expires_at: string }[] }>(
        "GET",
        path,
      );
      const found = conversations.find((one) => one.contact_id === contact_id);
      return found ? (Date.parse(found.window_expires_at) - Date.now()) / 1000 : undefined;
    };
    await expect.poll(() => conversation(ada.contact_id)).toBeGreaterThan(86_000);

    await page.goto(`${stack.simulator.origin}/#${ada.id}`);
    await page.getByRole("combobox", { name: /^Number/ }).selectOption({ value: shop.number_id });
    await page.getByRole("button", { name: "Past the 24 hours" }).click();
    await expect(page.getByText("Graph’s reply window is closed")).toBeVisible();
    await shop.api("POST", `/v1/numbers/${shop.number_id}/conversations/${ada.contact_id}/messages`, {
      id: crypto.randomUUID(),
      content: { type: "text", text: { body: "Too late?" } },
    });
    await expect.poll(async () => (await shop.messages(ada))[0]?.error?.code).toBe(131047);

    // What she writes now opens 24 hours, no more and no less, however far the clock was wound.
    await write(page).fill("Still there?");
    await write(page).press("Enter");
    await expect(page.getByText("Graph’s reply window is open")).toBeVisible();
    await expect.poll(() => conversation(ada.contact_id)).toBeLessThan(86_401);
    expect(await conversation(ada.contact_id)).toBeGreaterThan(86_000);

    await page.getByRole("button", { name: "A new customer, 23 h 59 m ago" }).click();
    await expect(bubbles(page)).toHaveText([/Are you still open/]);
    const phone = (await page.locator("#about").textContent())?.slice(1) ?? "";
    await expect.poll(() => conversation(phone)).toBeLessThan(61);
    expect(await conversation(phone)).toBeGreaterThan(40);
  } finally {
    await stack.end();
  }
});
