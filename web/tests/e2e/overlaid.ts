/** Chromium with the extension, and a page in the place of WhatsApp Web; nothing leaves this machine. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { components } from "@core/schema";
import { type BrowserContext, type CDPSession, chromium, type Frame, type Page, type Worker } from "@playwright/test";
import type { Shop } from "./shop.ts";
import { HEADERS, whatsapp } from "./whatsapp.ts";

const BUILT = resolve(import.meta.dirname, "../../dist/extension/chrome");
const WHATSAPP = "https://web.whatsapp.com/";

export interface Wanted {
  scheme?: "light" | "dark";
  /** Playwright's own switches deny storage to a frame inside another site. */
  storage?: "allowed" | "denied";
  locale?: string;
  extension?: string;
}

/** What assistive technology is told of something in the closed shadow root. */
export interface Named {
  role: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export class Overlaid {
  private constructor(
    readonly context: BrowserContext,
    readonly id: string,
  ) {}

  static async start({ scheme = "light", storage = "allowed", locale = "en-GB", extension = BUILT }: Wanted = {}) {
    if (!existsSync(resolve(extension, "manifest.json")))
      throw new Error("build the extension first: npm run extension");
    const context = await chromium.launchPersistentContext("", {
      executablePath: process.env["INBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
      headless: true,
      chromiumSandbox: false,
      colorScheme: scheme,
      locale,
      timezoneId: "Europe/Berlin",
      viewport: { width: 1280, height: 800 },
      args: [
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        // The last one wins: without any of ours, Playwright's takes storage away from the overlay.
        ...(storage === "allowed" ? ["--disable-features=DisableLoadExtensionCommandLineSwitch"] : []),
      ],
    });
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    const overlaid = new Overlaid(context, new URL(worker.url()).host);
    await overlaid.serve();
    return overlaid;
  }

  /** The page that WhatsApp Web is, from now on. */
  async serve(page: Parameters<typeof whatsapp>[0] = {}): Promise<void> {
    await this.context.unroute(`${WHATSAPP}**`);
    await this.context.route(`${WHATSAPP}**`, (route) => route.fulfill({ headers: HEADERS, body: whatsapp(page) }));
  }

  async visit(): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(WHATSAPP);
    return page;
  }

  get worker(): Worker {
    const worker = this.context.serviceWorkers()[0];
    if (!worker) throw new Error("there is no worker now");
    return worker;
  }

  /** The options and the sign-in, as the pages of the extension would leave them. */
  async signIn(shop: Shop, { live = true, settings = {} } = {}): Promise<void> {
    const { origin } = shop.stack;
    const who = await shop.api<WhoAmI>("GET", "/v1/session");
    const token = live
      ? await shop.api<{ id: string; token: string }>("POST", "/v1/tokens", { name: "Live", scopes: ["read", "live"] })
      : null;
    const signIn = {
      session: shop.session,
      session_id: who.id,
      agent: who.agent,
      workspace_id: who.workspace.id,
      ...(token && { token: { id: token.id, secret: token.token } }),
    };
    await this.worker.evaluate((values) => chrome.storage.local.set(values), {
      settings: { origin, ...settings },
      [`kept ${origin} sign-in`]: signIn,
    });
  }

  /** What the icon says of itself. */
  async icon(page: Page): Promise<Named> {
    return await poll(async () => (await this.named(page, "button"))[0]);
  }

  /** A press on the icon, as a hand does it. */
  async press(page: Page): Promise<void> {
    const { x, y, width, height } = await this.icon(page);
    await page.mouse.click(x + width / 2, y + height / 2);
  }

  /** The inbox inside of the page. */
  async frame(page: Page): Promise<Frame> {
    return await poll(async () =>
      page.frames().find((frame) => frame.url().startsWith(`chrome-extension://${this.id}/`)),
    );
  }

  async isOpen(page: Page): Promise<boolean> {
    return (await this.named(page, "dialog")).length > 0;
  }

  /** By role, from the tree that assistive technology reads: closed roots are open to it, as they are to people. */
  async named(page: Page, role: string): Promise<Named[]> {
    const session = await this.context.newCDPSession(page);
    try {
      return await named(session, role);
    } finally {
      await session.detach().catch(() => {});
    }
  }

  /** As the browser tells the worker of a press on the toolbar. */
  async clickToolbar(page: Page | null): Promise<void> {
    await this.worker.evaluate(async (url) => {
      const [tab] = url === null ? [] : await chrome.tabs.query({ active: true });
      (chrome.action.onClicked as unknown as Dispatching).dispatch(tab);
    }, page?.url() ?? null);
  }

  /** As the browser tells the worker of the key. */
  async pressKey(): Promise<void> {
    await this.worker.evaluate(async () => {
      const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
      (chrome.commands.onCommand as unknown as Dispatching).dispatch("toggle-inbox", tab);
    });
  }

  /** As the browser tells the worker that its alarm has gone off. */
  async ring(): Promise<void> {
    await this.worker.evaluate(() => {
      (chrome.alarms.onAlarm as unknown as Dispatching).dispatch({ name: "count", scheduledTime: Date.now() });
    });
  }

  /** Whether a page that is loaded now would find the overlay open. */
  async remembersOpen(): Promise<unknown> {
    return await this.worker.evaluate(async () => (await chrome.storage.local.get("open"))["open"]);
  }

  async badge(): Promise<string> {
    return await this.worker.evaluate(() => chrome.action.getBadgeText({}));
  }

  /** The browser stops a worker that has been idle; here, at once. */
  async stopWorker(page: Page): Promise<void> {
    const session = await this.context.newCDPSession(page);
    const { targetInfos } = await session.send("Target.getTargets");
    const target = targetInfos.find(({ type, url }) => type === "service_worker" && url.includes(this.id));
    if (!target) throw new Error("there is no worker now");
    await this.worker.evaluate(() => Object.assign(globalThis, { before: true }));
    await session.send("Target.closeTarget", { targetId: target.targetId });
    await session.detach();
    // The tabs call it back at once: another life has begun when nothing is remembered of this one.
    await poll(async () => {
      const remembers = await this.worker.evaluate(() => "before" in globalThis).catch(() => true);
      return remembers ? undefined : true;
    });
  }

  async end(): Promise<void> {
    await this.context.close();
  }
}

type WhoAmI = components["schemas"]["WhoAmI"];

interface Dispatching {
  dispatch(...told: unknown[]): void;
}

async function named(session: CDPSession, role: string): Promise<Named[]> {
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const found: Named[] = [];
  for (const node of nodes) {
    if (node.ignored || node.role?.value !== role || node.backendDOMNodeId === undefined) continue;
    const { quads } = await session
      .send("DOM.getContentQuads", { backendNodeId: node.backendDOMNodeId })
      .catch(() => ({ quads: [] as number[][] }));
    const [x = 0, y = 0, right = 0, , , bottom = 0] = quads[0] ?? [];
    if (right > x)
      found.push({ role, name: String(node.name?.value ?? ""), x, y, width: right - x, height: bottom - y });
  }
  return found;
}

async function poll<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error("it did not come");
    await new Promise((done) => setTimeout(done, 50));
  }
}
