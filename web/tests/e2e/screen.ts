/** What can be seen and pressed on the page, by the names that a screen reader says. */
import { expect, type Locator, type Page } from "@playwright/test";

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export class Screen {
  readonly list: Locator;
  readonly thread: Locator;
  readonly feed: Locator;
  readonly composer: Locator;
  readonly send: Locator;
  readonly failure: Locator;
  readonly settings: Locator;

  constructor(readonly page: Page) {
    this.list = page.getByRole("region", { name: "Conversations" });
    this.thread = page.getByRole("region", { name: "Conversation", exact: true });
    this.feed = this.thread.getByRole("feed", { name: "Messages" });
    this.composer = this.thread.getByRole("textbox", { name: /^Type a message/ });
    this.send = this.thread.getByRole("button", { name: "Send", exact: true });
    this.failure = this.thread.getByRole("region", { name: "Message that was not delivered" });
    this.settings = page.getByRole("main", { name: "Settings" });
  }

  /** The rows of the list, newest first. */
  get rows(): Locator {
    return this.list.getByRole("listitem").getByRole("button");
  }

  row(name: string): Locator {
    return this.list.getByRole("button", { name: new RegExp(`^${escaped(name)} ?, `) });
  }

  get bubbles(): Locator {
    return this.feed.getByRole("article");
  }

  bubble(words: string): Locator {
    return this.bubbles.filter({ hasText: words });
  }

  /** The sign beside the time of an outgoing message. */
  tick(words: string, state: string): Locator {
    return this.bubble(words).getByRole("img", { name: state, exact: true });
  }

  /** Time and sign of a message: pointing at it tells when each step was. */
  stamp(words: string): Locator {
    return this.bubble(words)
      .getByRole("button")
      .filter({ has: this.page.getByRole("time") });
  }

  /** How the header of the list says that it is kept up to date. */
  async isIn(condition: "live" | "pull" | "offline" | "catching up", timeout?: number): Promise<void> {
    const words = {
      live: /^Live$/,
      pull: /^Pull mode – /,
      offline: /^Offline/,
      "catching up": /^Catching up…$/,
    }[condition];
    await expect(this.list.getByText(words)).toBeVisible(timeout === undefined ? {} : { timeout });
  }

  async refresh(): Promise<void> {
    await this.list.getByRole("button", { name: "Refresh" }).click();
  }

  async open(name: string): Promise<void> {
    // Rows let no press through while the list scrolls, and scrolling there is what a press begins with.
    await expect(async () => {
      await this.row(name).click();
      await expect(this.thread.getByRole("heading", { name, exact: true })).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 20_000 });
  }

  async write(words: string): Promise<void> {
    await this.composer.fill(words);
    await this.composer.press("Enter");
    await expect(this.composer).toHaveValue("");
  }

  async goLive(): Promise<void> {
    await this.list.getByRole("button", { name: "Go live" }).click();
    await this.isIn("live");
  }

  async openSettings(page?: string): Promise<Locator> {
    await this.list.getByRole("button", { name: "Settings", exact: true }).click();
    await expect(this.settings).toBeVisible();
    if (page !== undefined) await this.settings.getByRole("navigation").getByRole("button", { name: page }).click();
    return this.settings;
  }
}
