/** Row 2: a pure overlay. It adds one element, touches nothing else, and no page can take it away or get at it. */
import type { Page } from "@playwright/test";
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

/** It opens by a press where the icon should be, and what is inside can be used. */
async function works(web: Overlaid, page: Page): Promise<void> {
  const { x, y, width, height } = await web.icon(page);
  expect([Math.round(x + width / 2), width, height]).toEqual([32, 40, 40]);
  expect(y).toBeGreaterThan(0);
  await web.press(page);
  const inbox = await web.frame(page);
  const address = inbox.getByRole("textbox", { name: "Address" });
  await address.fill("inbox.example.com");
  await expect(address).toHaveValue("inbox.example.com");
  const [panel] = await web.named(page, "dialog");
  expect([panel?.x, panel?.y, panel?.width, panel?.height]).toEqual([64, 0, 1216, 800]);
}

test.describe("row 2: what the page can tell of the overlay", () => {
  test("one element without a mark on it, and nothing else: no global, no script, no style, no message", async ({
    web,
  }) => {
    const noticing = `
      globalThis.noticed = [];
      for (const type of ["message", "error", "securitypolicyviolation", "unhandledrejection"])
        addEventListener(type, (event) => noticed.push(type), true);
      globalThis.before = Object.getOwnPropertyNames(globalThis).length;
      const dispatch = EventTarget.prototype.dispatchEvent;
      EventTarget.prototype.dispatchEvent = function (event) { noticed.push(event.type); return dispatch.call(this, event); };
      const post = globalThis.postMessage;
      globalThis.postMessage = (...said) => { noticed.push("post"); return post(...said); };`;
    await web.serve({ script: noticing });
    const page = await web.visit();
    const complaints: string[] = [];
    page.on("console", (line) => line.type() !== "log" && complaints.push(line.text()));
    await works(web, page);
    const seen = await page.evaluate(() => ({
      children: [...document.documentElement.children].map((child) => child.outerHTML.slice(0, 11)),
      shadow: document.documentElement.lastElementChild?.shadowRoot,
      scripts: document.querySelectorAll("script, link, style, iframe").length,
      noticed: (globalThis as unknown as { noticed: string[] }).noticed,
      sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
      globals: Object.getOwnPropertyNames(globalThis).length - (globalThis as unknown as { before: number }).before,
    }));
    expect(seen).toEqual({
      children: ["<head><titl", "<body><nav ", "<div></div>"],
      shadow: null,
      scripts: 2,
      noticed: [],
      sheets: 1,
      globals: 1, // `before` itself
    });
    expect(complaints).toEqual([]);
  });

  test("a frame of ours that the page makes shows nothing", async ({ web }) => {
    const page = await web.visit();
    await web.icon(page);
    await page.evaluate((src) => {
      const frame = document.createElement("iframe");
      frame.src = src;
      document.body.append(frame);
    }, `chrome-extension://${web.id}/inbox.html#00000000-0000-4000-8000-000000000000`);
    const inbox = await web.frame(page);
    await page.waitForTimeout(1_000);
    expect(
      await inbox
        .locator("#inbox")
        .innerHTML()
        .catch(() => ""),
    ).toBe("");
  });

  test("other pages of ours, and our files, are closed to it", async ({ web }) => {
    const page = await web.visit();
    const reached = await page.evaluate(async (id) => {
      const paths = ["options.html", "manifest.json", "background.js", "dock.js", "icon/128.png"];
      const tried = paths.map((path) =>
        fetch(`chrome-extension://${id}/${path}`).then(
          () => path,
          () => null,
        ),
      );
      return (await Promise.all(tried)).filter((path) => path !== null);
    }, web.id);
    expect(reached).toEqual([]);
  });

  test("tokens are kept where even our own script inside the page cannot read them", async ({ web, shop }) => {
    await web.signIn(shop);
    const page = await web.context.newPage();
    const session = await web.context.newCDPSession(page);
    const worlds: { id: number; origin: string }[] = [];
    session.on("Runtime.executionContextCreated", ({ context }) => worlds.push(context));
    await session.send("Runtime.enable");
    await page.goto("https://web.whatsapp.com/");
    await web.icon(page);
    const ours = worlds.findLast(({ origin }) => origin.includes(web.id));
    const { result } = await session.send("Runtime.evaluate", {
      contextId: ours?.id ?? 0,
      awaitPromise: true,
      returnByValue: true,
      expression: "chrome.storage.local.get().then((kept) => Object.keys(kept).length, (error) => String(error))",
    });
    expect(result.value).toContain("not allowed");
  });
});

test.describe("row 2: a hostile page", () => {
  test("style that reverts, hides and moves everything", async ({ web }) => {
    const style = `
      * { all: revert !important; }
      @layer first { html > div, div { display: none !important; visibility: hidden !important; } }
      html > *:last-child { display: none !important; opacity: 0 !important; pointer-events: none !important;
        transform: scale(0) !important; clip-path: circle(0) !important; contain: strict !important; zoom: 3 !important;
        filter: blur(9px) !important; animation: gone 1s infinite !important; direction: rtl !important; }
      @keyframes gone { to { opacity: 0 } }
      html { filter: grayscale(1); transform: translateX(300px); font-size: 40px; }
      iframe, button { display: none !important; }`;
    await web.serve({ style });
    await works(web, await web.visit());
  });

  test("functions of the platform that were replaced", async ({ web }) => {
    const script = `
      const broken = () => { throw new Error("broken") };
      for (const [of, names] of [
        [Document.prototype, ["createElement", "createElementNS", "querySelector", "addEventListener"]],
        [Element.prototype, ["attachShadow", "append", "remove", "setAttribute", "matches"]],
        [Node.prototype, ["appendChild", "insertBefore"]],
        [HTMLElement.prototype, ["showPopover", "hidePopover", "focus", "click"]],
        [EventTarget.prototype, ["addEventListener"]],
        [crypto, ["randomUUID"]],
        [globalThis, ["setTimeout", "setInterval", "MutationObserver", "CSSStyleSheet", "Promise", "postMessage", "fetch"]],
        [Array.prototype, ["map", "filter", "push"]],
        [JSON, ["parse", "stringify"]],
      ]) for (const name of names) Object.defineProperty(of, name, { value: broken, configurable: true });
      Object.defineProperty(globalThis, "chrome", { value: undefined });`;
    await web.serve({ script });
    await works(web, await web.visit());
  });

  test("presses and keys that are swallowed before they arrive", async ({ web }) => {
    const script = `
      for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "click", "toggle", "beforetoggle", "focusin", "load"])
        addEventListener(type, (event) => event.stopImmediatePropagation(), true);`;
    await web.serve({ script });
    await works(web, await web.visit());
  });

  test("our element removed, moved, emptied, marked and made inert, and the document written anew", async ({ web }) => {
    const page = await web.visit();
    await web.icon(page);
    const acts = [
      () => document.documentElement.lastElementChild?.remove(),
      () => document.body.append(document.documentElement.lastElementChild as Element),
      () => document.documentElement.lastElementChild?.replaceChildren("nothing here"),
      () => {
        const ours = document.documentElement.lastElementChild as HTMLElement;
        ours.inert = true;
        ours.hidden = true;
        ours.setAttribute("style", "display: none !important");
      },
      () => document.documentElement.replaceWith(document.documentElement.cloneNode(true)),
    ];
    for (const act of acts) {
      await page.evaluate(act);
      await expect.poll(async () => (await web.named(page, "button")).length).toBe(1);
    }
    await works(web, page);
  });

  test("removed while it is open: it is open again, at the same conversation or form", async ({ web }) => {
    const page = await web.visit();
    await web.press(page);
    await expect((await web.frame(page)).getByRole("textbox", { name: "Address" })).toBeVisible();
    await page.evaluate(() => document.documentElement.lastElementChild?.remove());
    await expect.poll(() => web.isOpen(page)).toBe(true);
    await expect((await web.frame(page)).getByRole("textbox", { name: "Address" })).toBeVisible();
  });

  test("a page that never stops removing it is not fought without end, and gives up first", async ({ web }) => {
    const page = await web.visit();
    await web.icon(page);
    const put = await page.evaluate(async () => {
      let times = 0;
      const watching = new MutationObserver((records) => {
        for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
          times++;
          (node as Element).remove();
        }
      });
      watching.observe(document.documentElement, { childList: true });
      document.documentElement.lastElementChild?.remove();
      await new Promise((done) => setTimeout(done, 3_500));
      watching.disconnect();
      return times;
    });
    expect(put).toBeLessThan(9);
    await expect.poll(async () => (await web.named(page, "button")).length, { timeout: 20_000 }).toBe(1);
  });

  test("storms of mutations cost nothing of ours", async ({ web }) => {
    const page = await web.visit();
    await web.icon(page);
    const storm = () => {
      const began = performance.now();
      for (let n = 0; n < 200_000; n++) {
        document.body.append(document.createElement("p"));
        document.body.lastElementChild?.remove();
      }
      return performance.now() - began;
    };
    await page.evaluate(storm);
    const took_ms = await page.evaluate(storm);
    const bare = await web.context.newPage();
    await bare.route("https://example.com/", (route) =>
      route.fulfill({ body: "<body></body>", contentType: "text/html" }),
    );
    await bare.goto("https://example.com/");
    await bare.evaluate(storm);
    const bare_ms = await bare.evaluate(storm);
    expect(took_ms).toBeLessThan(bare_ms * 3 + 200);
    await works(web, page);
  });

  test("frame busting, and a page that leads our frame elsewhere", async ({ web }) => {
    const script = `
      if (top !== self) top.location = self.location;
      setInterval(() => { for (const frame of document.querySelectorAll("iframe")) frame.remove(); }, 50);`;
    await web.serve({ script });
    const page = await web.visit();
    await works(web, page);
    await page.evaluate(() => {
      for (let n = 0; n < window.length; n++) (window[n] as unknown as { location: string }).location = "about:blank";
    });
    await expect
      .poll(async () => await (await web.frame(page)).getByRole("textbox", { name: "Address" }).count())
      .toBe(1);
  });

  test("a dialog of the page, and a page that fills the screen, do not cover the overlay", async ({ web }) => {
    const page = await web.visit();
    await web.icon(page);
    await page.evaluate(() => {
      const veil = document.createElement("div");
      veil.popover = "manual";
      Object.assign(veil.style, { position: "fixed", inset: "0", width: "100%", height: "100%", zIndex: "2147483647" });
      document.body.append(veil);
      veil.showPopover();
    });
    await web.pressKey();
    await expect.poll(() => web.isOpen(page)).toBe(true);
    const inbox = await web.frame(page);
    await inbox.getByRole("textbox", { name: "Address" }).click();
    await page.keyboard.type("inbox");
    await expect(inbox.getByRole("textbox", { name: "Address" })).toHaveValue("inbox");
  });
});

test("with storage denied it works all the same, from memory", async ({ shop }) => {
  const web = await Overlaid.start({ storage: "denied" });
  try {
    await shop.connect();
    const ada = await shop.customer("Ada");
    await shop.writes(ada, "Hello");
    await web.signIn(shop);
    const page = await web.visit();
    await web.press(page);
    const inbox = await web.frame(page);
    await inbox.getByText("Hello").first().click();
    expect(
      await inbox.evaluate(() =>
        indexedDB.databases().then(
          () => "allowed",
          () => "denied",
        ),
      ),
    ).toBe("denied");
    await inbox.getByRole("textbox", { name: /message/i }).fill("Good morning");
    await inbox.getByRole("textbox", { name: /message/i }).press("Enter");
    await expect.poll(async () => (await shop.messages(ada)).map(({ direction }) => direction)).toContain("outbound");
  } finally {
    await web.end();
  }
});
