/** The in-memory server with the settings' part of the API: callback, credentials of numbers, the connection check. */
import type { InboxNumber } from "@core/chat";
import type { components } from "@core/schema";
import type { Server } from "../server";

type Json = Record<string, unknown>;
type Health = components["schemas"]["NumberHealth"];

/** Graph knows this token, for every number with an id that begins with 1. */
export const GOOD_TOKEN = "EAAgood";

export class Desk {
  readonly callback = {
    callback_url: "https://inbox.test/webhooks/k1",
    verify_token_set: false,
    last_verified_at: null as string | null,
    last_webhook_at: null as string | null,
    unsigned_seen: 0,
  };
  /** Every verify token that was staged, in order. */
  readonly staged: string[] = [];
  /** Bodies of what was written about numbers. */
  readonly written: Json[] = [];
  readonly health = new Map<string, Health>();
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Requests that are under way. */
  busy = 0;

  readonly fetch: typeof fetch = async (target, init) => {
    this.busy++;
    try {
      return await this.#fetch(new Request(target, init));
    } finally {
      this.busy--;
    }
  };

  async #fetch(request: Request): Promise<Response> {
    const { pathname: path, searchParams } = new URL(request.url);
    if (searchParams.has("erase")) return this.#server.fetch(request);
    const ours = this.#server.reachable ? await this.#answer(request.clone(), path) : null;
    if (!ours) return this.#server.fetch(request);
    this.#server.asked.push(`${request.method} ${path}`);
    return ours;
  }

  async #answer(request: Request, path: string): Promise<Response | null> {
    const method = request.method;
    const body = ["POST", "PUT", "PATCH"].includes(method) ? ((await request.json().catch(() => ({}))) as Json) : {};
    if (path === "/v1/callback") {
      if (method === "PUT") {
        this.staged.push(String(body["verify_token"]));
        this.callback.verify_token_set = true;
      }
      return json(200, { ...this.callback });
    }
    const number_id = /^\/v1\/numbers\/([^/]+)$/.exec(path)?.[1];
    if (path === "/v1/numbers" && method === "POST") return this.#connect(body);
    if (number_id && method === "PATCH") return this.#patch(number_id, body);
    if (number_id && method === "DELETE") {
      this.#change(number_id, { state: "disconnected", access_token: { set: false }, app_secret: { set: false } });
      return new Response(null, { status: 204 });
    }
    const health = this.health.get(/^\/v1\/numbers\/([^/]+)\/health$/.exec(path)?.[1] ?? "");
    return health ? json(200, health) : null;
  }

  #connect(body: Json): Response {
    this.written.push(body);
    const id = String(body["phone_number_id"]);
    const refusal = refused(String(body["access_token"]), id);
    if (refusal) return refusal;
    const display_number = String(body["display_number"] ?? "15550783881");
    return json(201, this.#server.addNumber(id, { display_number }).number);
  }

  #patch(id: string, body: Json): Response {
    this.written.push(body);
    const token = body["access_token"];
    const refusal = typeof token === "string" ? refused(token, id) : null;
    if (refusal) return refusal;
    const change: Partial<InboxNumber> = {};
    for (const name of ["enabled", "send_read_receipts", "display_number", "retention_days"] as const) {
      if (name in body) Object.assign(change, { [name]: body[name] });
    }
    for (const name of ["access_token", "verify_token", "app_secret"] as const) {
      if (name in body) change[name] = body[name] === null ? { set: false } : print(String(body[name]));
    }
    return json(200, this.#change(id, { ...change, ...(token !== undefined && { state: "connected" }) }));
  }

  #change(id: string, change: Partial<InboxNumber>): InboxNumber {
    const books = this.#server.books(id);
    books.number = { ...books.number, ...change };
    return books.number;
  }
}

function print(secret: string): InboxNumber["access_token"] {
  return { set: true, fingerprint: `…${secret.slice(-4)}` };
}

function refused(token: string, number_id: string): Response | null {
  if (token !== GOOD_TOKEN) return problem(190, "Invalid OAuth access token - Cannot parse access token");
  return number_id.startsWith("1") ? null : problem(100, "Unsupported get request. Object does not exist");
}

function problem(code: number, message: string): Response {
  const graph_error = { code, message, fbtrace_id: "Atrace", explanation: "Explained.", advice: "Advised." };
  return json(422, { title: "Unprocessable Content", status: 422, code: "graph_refused", graph_error });
}

function json(status: number, body: unknown): Response {
  const headers = { "content-type": status < 400 ? "application/json" : "application/problem+json" };
  return new Response(JSON.stringify(body), { status, headers });
}
