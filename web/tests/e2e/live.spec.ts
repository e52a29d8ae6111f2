/** Row 11: live with an API token, pull mode without, and a header that always says what is true. */
import { enter, withAda } from "./entering.ts";
import { expect, test } from "./test.ts";
import { AWAY } from "./watch.ts";

test("row 11: without a token it refreshes on Refresh and when the window is opened", async ({ page, shop }) => {
  await page.addInitScript(() => {
    const shown = { state: "visible" as DocumentVisibilityState };
    Object.defineProperty(document, "visibilityState", { get: () => shown.state });
    Object.assign(window, {
      turn(state: DocumentVisibilityState) {
        shown.state = state;
        document.dispatchEvent(new Event("visibilitychange"));
      },
    });
  });
  const turn = (state: string) => page.evaluate(`turn("${state}")`);
  await withAda(shop);
  const screen = await enter(page, shop);
  await expect(screen.row("Ada Lovelace")).toBeVisible();

  await shop.lands(await shop.customer("Ben Okri"), "Anybody?");
  await expect(screen.row("Ben Okri")).toBeHidden();
  await screen.refresh();
  await expect(screen.row("Ben Okri")).toBeVisible();
  await screen.isIn("pull");

  await turn("hidden");
  await shop.lands(await shop.customer("Cy Twombly"), "Me!");
  await expect(screen.row("Cy Twombly")).toBeHidden();
  await turn("visible");
  await expect(screen.row("Cy Twombly")).toBeVisible();
});

test("row 11: in pull mode the ticks of what was sent are looked for", async ({ page, shop }) => {
  await withAda(shop);
  const screen = await enter(page, shop);
  await screen.open("Ada Lovelace");
  await screen.write("In pull mode");
  await expect(screen.tick("In pull mode", "Read")).toBeVisible();
  await screen.isIn("pull");
});

test("row 11: one press goes live, then messages and ticks appear by themselves, also after a reload", async ({
  page,
  shop,
}) => {
  await shop.connect();
  const ada = await shop.customer("Ada Lovelace", { online: false });
  await shop.lands(ada, "Hello");
  const screen = await enter(page, shop);
  await expect(page.getByText("Updates when you open this window or refresh.")).toBeVisible();
  await screen.goLive();
  await expect(page.getByRole("button", { name: "Go live" })).toBeHidden();

  await shop.writes(await shop.customer("Ben Okri"), "Anybody?");
  await expect(screen.row("Ben Okri")).toBeVisible();
  await screen.open("Ada Lovelace");
  await screen.write("By itself");
  await expect(screen.tick("By itself", "Sent")).toBeVisible();
  await shop.turns(ada, { online: true });
  await expect(screen.tick("By itself", "Read")).toBeVisible();

  await page.reload();
  await screen.isIn("live");
  await shop.writes(ada, "Thank you!");
  await expect(screen.bubble("Thank you!")).toBeVisible();
});

test("row 11: a token made elsewhere can be connected under Integrations, and taken away again", async ({
  page,
  shop,
}) => {
  await shop.connect();
  const { token } = await shop.api<{ token: string }>("POST", "/v1/tokens", { name: "Wall", scopes: ["read", "live"] });
  const screen = await enter(page, shop);
  const settings = await screen.openSettings("Integrations");
  await settings.getByRole("button", { name: "Use a token I have" }).click();
  await settings.getByLabel("API token", { exact: true }).fill(token);
  await settings.getByRole("button", { name: "Use this token" }).click();
  await expect(settings.getByText("Live updates are connected")).toBeVisible();
  await page.keyboard.press("Escape");
  await screen.isIn("live");

  await screen.openSettings("Integrations");
  await settings.getByRole("button", { name: "Go back to pull mode" }).click();
  await expect(settings.getByRole("button", { name: "Connect live updates" })).toBeVisible();
  await page.keyboard.press("Escape");
  await screen.isIn("pull");
});

test("row 11: the header says offline while the server is away, and live when nothing is missing", async ({
  page,
  shop,
  stack,
  watch,
}) => {
  watch.allow(AWAY);
  const ada = await withAda(shop);
  const screen = await enter(page, shop, { live: true });
  await stack.inbox.stop();
  await screen.isIn("offline");
  await expect(screen.list.getByText(/^Offline – as of \d\d?:\d\d$/)).toBeVisible();
  await screen.refresh();
  await expect(page.getByRole("alert")).toHaveText(/Could not refresh. The server cannot be reached./);

  await shop.writes(ada, "While you were away");
  await stack.inbox.start();
  await screen.isIn("live", 30_000);
  await expect(screen.row("Ada Lovelace")).toContainText("While you were away");
});

test("row 11: the header says that it is catching up while it is", async ({ page, shop }) => {
  await withAda(shop);
  const screen = await enter(page, shop);
  let letGo = () => {};
  const held = new Promise<void>((done) => {
    letGo = done;
  });
  await page.route("**/v1/numbers/*/changes?*", async (route) => {
    await held;
    await route.continue();
  });
  await screen.refresh();
  await screen.isIn("catching up");
  letGo();
  await screen.isIn("pull");
});
