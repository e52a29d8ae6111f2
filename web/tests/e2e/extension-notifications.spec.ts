/** Desktop notifications: off until somebody wants them, one for each conversation, and a click leads there. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Overlaid } from "./overlaid.ts";
import { expect, test as plain } from "./test.ts";

const BUILT = resolve(import.meta.dirname, "../../dist/extension/chrome");

/** The same extension with the permission already given: nobody can press the browser's own question in a test. */
const test = plain.extend<{ web: Overlaid }, { allowed: string }>({
  allowed: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "inbox-extension-"));
      cpSync(BUILT, folder, { recursive: true });
      const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
      manifest.permissions.push("notifications");
      delete manifest.optional_permissions;
      writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  web: async ({ allowed }, use) => {
    const web = await Overlaid.start({ extension: allowed });
    await web.worker.evaluate(() => {
      // What is created is also noted: headless browsers show none, and some take them away at once.
      const noted: unknown[] = [];
      Object.assign(globalThis, { noted });
      const create = chrome.notifications.create.bind(chrome.notifications);
      Object.defineProperty(chrome.notifications, "create", {
        value: (id: string, what: { title: string; message: string }) => {
          noted.push({ id, title: what.title, message: what.message });
          return create(id, what as chrome.notifications.NotificationCreateOptions);
        },
      });
    });
    await use(web);
    await web.end();
  },
});

interface Noted {
  id: string;
  title: string;
  message: string;
}

async function noted(web: Overlaid): Promise<Noted[]> {
  return await web.worker.evaluate(() => (globalThis as unknown as { noted: Noted[] }).noted);
}

test("who wrote is told once for each conversation, the text is not, and a click opens it", async ({ web, shop }) => {
  await shop.connect();
  const [ada, ben] = [await shop.customer("Ada"), await shop.customer("Ben")];
  await shop.writes(ada, "Old news");
  await expect.poll(async () => (await shop.messages(ada).catch(() => [])).length).toBe(1);
  await web.signIn(shop, { settings: { tell: "name" } });
  const page = await web.visit();
  await expect.poll(() => web.badge()).toBe("1");

  await shop.writes(ben, "Is anybody there?");
  await expect
    .poll(async () => (await noted(web)).map(({ title, message }) => [title, message]))
    .toEqual([["Ben", "New message"]]);
  await shop.writes(ben, "Hello?");
  await expect.poll(async () => (await noted(web)).at(-1)?.message).toBe("2 new messages");
  const ids = (await noted(web)).map(({ id }) => id);
  expect(new Set(ids).size).toBe(1);

  await web.worker.evaluate((id) => {
    (chrome.notifications.onClicked as unknown as { dispatch(id: string): void }).dispatch(id);
  }, ids[0] ?? "");
  await expect.poll(() => web.isOpen(page)).toBe(true);
  await expect((await web.frame(page)).getByText("Is anybody there?").last()).toBeVisible();
  await expect((await web.frame(page)).getByRole("textbox", { name: /message/i })).toBeVisible();
});

test("nothing is told of the conversation that is being looked at, nor of our own words", async ({ web, shop }) => {
  await shop.connect();
  const [ada, ben] = [await shop.customer("Ada"), await shop.customer("Ben")];
  await shop.writes(ada, "Hello");
  await web.signIn(shop, { settings: { tell: "text" } });
  const page = await web.visit();
  await web.press(page);
  const inbox = await web.frame(page);
  await inbox.getByText("Hello").first().click();
  await inbox.getByRole("textbox", { name: /message/i }).fill("Good morning");
  await inbox.getByRole("textbox", { name: /message/i }).press("Enter");
  await shop.writes(ada, "And a question");
  await expect(inbox.getByText("And a question").last()).toBeVisible();
  await shop.writes(ben, "Something else");
  await expect
    .poll(async () => (await noted(web)).map(({ title, message }) => [title, message]))
    .toEqual([["Ben", "Something else"]]);
});

test("off by default", async ({ web, shop }) => {
  await shop.connect();
  await web.signIn(shop);
  const page = await web.visit();
  await web.icon(page);
  await shop.writes(await shop.customer("Ada"), "Hello");
  await expect.poll(() => web.badge()).toBe("1");
  expect(await noted(web)).toEqual([]);
});
