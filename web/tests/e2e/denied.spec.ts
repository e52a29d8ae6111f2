/** Where the browser denies storage the inbox works all the same, for as long as the page is open. */
import { enter, withAda } from "./entering.ts";
import { expect, test } from "./test.ts";

const DENIALS = {
  "IndexedDB may not even be named": () => {
    Object.defineProperty(window, "indexedDB", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  },
  "IndexedDB throws when it is opened": () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  },
  "IndexedDB never answers": () => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
  },
  "localStorage may not even be named": () => {
    Object.defineProperty(window, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  },
  "localStorage is full": () => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
};

for (const [what, deny] of Object.entries(DENIALS)) {
  test(`${what}: read, answer, live, sign out`, async ({ page, shop }) => {
    await page.addInitScript(deny);
    const ada = await withAda(shop);
    const screen = await enter(page, shop, { live: true });
    await screen.open("Ada Lovelace");
    await screen.write("Nothing is kept here");
    await expect(screen.tick("Nothing is kept here", "Read")).toBeVisible();
    await shop.writes(ada, "Good");
    await expect(screen.bubble("Good")).toBeVisible();

    const settings = await screen.openSettings("About");
    await settings.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByText("You are signed out.")).toBeVisible();
  });
}
