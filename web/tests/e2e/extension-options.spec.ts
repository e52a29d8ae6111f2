/** The options: a server is found or it is said why not, and every choice is in force at once. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Overlaid, type Wanted } from "./overlaid.ts";
import { freePort } from "./program.ts";
import { expect, test as plain } from "./test.ts";

const test = plain.extend<{ wanted: Wanted; web: Overlaid; options: Page }>({
  wanted: [{}, { option: true }],
  web: async ({ wanted }, use) => {
    const web = await Overlaid.start(wanted);
    await use(web);
    await web.end();
  },
  options: async ({ web }, use) => {
    const page = await web.context.newPage();
    await page.goto(`chrome-extension://${web.id}/options.html`);
    await use(page);
  },
});

test.describe("where the server is", () => {
  test("an inbox that answers is kept, and the overlay opens onto it", async ({ web, options, stack }) => {
    const page = await web.visit();
    await web.press(page);
    const asking = (await web.frame(page)).getByRole("textbox", { name: "Address" });
    await expect(asking).toBeVisible();
    await options.getByRole("textbox", { name: "Address" }).fill(`${stack.origin.replace("http://", "")}/`);
    await options.getByRole("button", { name: "Use this server" }).click();
    await expect(options.getByRole("status")).toContainText("A Cloud Inbox answers");
    await expect(asking).toBeHidden();
    await expect((await web.frame(page)).getByText(new URL(stack.origin).host)).toBeVisible();
  });

  test("the first opening asks for it, too", async ({ web, stack }) => {
    const page = await web.visit();
    await web.press(page);
    const inbox = await web.frame(page);
    await inbox.getByRole("textbox", { name: "Address" }).fill(stack.origin);
    await inbox.getByRole("textbox", { name: "Address" }).press("Enter");
    await expect((await web.frame(page)).getByText(new URL(stack.origin).host)).toBeVisible();
  });

  test("what is wrong is said, and nothing is kept", async ({ web, options }) => {
    const address = options.getByRole("textbox", { name: "Address" });
    const said = async (typed: string, words: RegExp) => {
      await address.fill(typed);
      await address.press("Enter");
      await expect(options.getByRole("alert").filter({ hasText: words })).toBeVisible();
    };
    await said("", /Enter the address/);
    await said("not an address", /not an address/);
    await said("http://inbox.example.com", /Only https/);
    await web.context.route("https://example.com/**", (route) =>
      route.fulfill({ json: { info: { title: "Petstore" } }, headers: { "Access-Control-Allow-Origin": "*" } }),
    );
    await said("example.com", /not a Cloud Inbox/);
    await said(`localhost:${await freePort()}`, /No answer/);
    await expect(options.getByRole("button", { name: "Allow access and try again" })).toBeVisible();
    expect(await web.worker.evaluate(() => chrome.storage.local.get("settings"))).toEqual({});
  });
});

test("the icon changes sides, and gives way to an overlay that it would lie on", async ({ web, options }) => {
  const page = await web.visit();
  expect((await web.icon(page)).x).toBeLessThan(64);
  await options.getByRole("radio", { name: "Right" }).check();
  await expect.poll(async () => (await web.icon(page)).x).toBeGreaterThan(1280 - 64);
  await web.press(page);
  await expect.poll(() => web.isOpen(page)).toBe(true);
  expect(await web.named(page, "button")).toEqual([]);
  // Before there is something in the frame nobody there hears the key.
  await expect((await web.frame(page)).getByRole("textbox", { name: "Address" })).toBeVisible();
  await page.keyboard.press("Escape");
  await web.icon(page);
});

test("the key can be switched off, and the browser's own page for it is one press away", async ({ web, options }) => {
  await options.getByRole("switch", { name: "Use the shortcut" }).click();
  await expect
    .poll(() => web.worker.evaluate(async () => (await chrome.storage.local.get("settings"))["settings"]))
    .toMatchObject({ key: false });
  const opened = web.context.waitForEvent("page");
  await options.getByRole("button", { name: "Change the keys" }).click();
  await expect.poll(async () => (await opened).url()).toContain("chrome://extensions");
});

test("every control has a name, and axe finds nothing", async ({ options }) => {
  const { violations } = await new AxeBuilder({ page: options }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

test.describe("in the dark, in German", () => {
  test.use({ wanted: { scheme: "dark", locale: "de-DE" } });

  test("the words are German, and axe finds nothing", async ({ web, options }) => {
    await expect(options.getByRole("button", { name: "Diesen Server verwenden" })).toBeVisible();
    const { violations } = await new AxeBuilder({ page: options }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const page = await web.visit();
    await web.press(page);
    await expect((await web.frame(page)).getByText("Wo ist Ihr Cloud-Inbox-Server?")).toBeVisible();
  });
});
