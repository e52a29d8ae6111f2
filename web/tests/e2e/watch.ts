/** Sees what a browser complains about and whom it asks: a test fails when there is anything it did not expect. */
import { type BrowserContext, expect } from "@playwright/test";

/** What a browser says when a server is away, which is no fault of the page. */
export const AWAY = /Failed to load resource: net::ERR_|WebSocket connection to .* failed/;

/** What a browser says of an answer that is a refusal, which the page may well have expected. */
export const refused = (status: number) => new RegExp(`the server responded with a status of ${status}`);

export class Watch {
  readonly #complaints: string[] = [];
  readonly #allowed: RegExp[] = [];
  readonly asked: string[] = [];

  constructor(private readonly origin: string) {}

  /** Errors, warnings and broken policies of all its pages, and every request that leaves for elsewhere. */
  over(context: BrowserContext): void {
    context.on("console", (line) => {
      if (line.type() !== "error" && line.type() !== "warning") return;
      this.#complaints.push(`console: ${line.text()} (${line.location().url})`);
    });
    context.on("weberror", (broken) => this.#complaints.push(`page: ${broken.error().stack ?? broken.error()}`));
    context.on("page", (page) => page.on("websocket", (socket) => this.#ask(socket.url().replace(/^ws/, "http"))));
    context.on("request", (request) => this.#ask(request.url()));
  }

  /** What this test brings about on purpose. */
  allow(...expected: readonly RegExp[]): void {
    this.#allowed.push(...expected);
  }

  verdict(): void {
    const unexpected = this.#complaints.filter((one) => !this.#allowed.some((pattern) => pattern.test(one)));
    expect(unexpected, "complaints of the browser").toEqual([]);
  }

  #ask(url: string): void {
    this.asked.push(url);
    const { origin, protocol } = new URL(url);
    if (origin === this.origin || protocol === "data:" || protocol === "blob:") return;
    this.#complaints.push(`request: ${url} leaves our own origin`);
  }
}
