/** An inbox server in memory, for tests: the part of the API that core uses, answered as the real one does. */
import type { InboxNumber, Message } from "@core/chat";
import type { OpenLine } from "@core/environment";
import { aNumber, at, Books } from "./books";
import { type Asked, type Credential, Entrance, type Json, Refusal } from "./entrance";
import { Lines } from "./lines";

const RANKS = ["queued", "unknown", "accepted", "sent", "failed", "delivered", "read", "played"];

const CONVERSATION = "/v1/numbers/([^/]+)/conversations/([^/]+)";

export class Server {
  readonly origin = "https://inbox.test";
  readonly numbers = new Map<string, Books>();
  /** What was asked, as `GET /v1/numbers`. */
  readonly asked: string[] = [];
  /** No fetch is answered and no line stands while false. */
  reachable = true;
  /** The next requests are refused so, one each; null lets one pass. */
  readonly refusals: ([status: number, code: string, more?: Json] | null)[] = [];
  /** Awaited before a request is read and before its answer leaves: tests hold answers back with it. */
  journey: (path: string, leg: "there" | "back") => Promise<void> = async () => {};
  /** Milliseconds that its clock is ahead of `now`. */
  ahead_ms = 0;
  readonly #entrance = new Entrance(() => this.now_ms);
  readonly #lines = new Lines(this.numbers, (secret) => this.#admission(secret));
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** By secret. */
  get credentials(): Map<string, Credential> {
    return this.#entrance.credentials;
  }

  /** Needed for a new workspace, where it is set. */
  set join_key(key: string | null) {
    this.#entrance.join_key = key;
  }

  invite(): string {
    return this.#entrance.invite();
  }

  get now_ms(): number {
    return this.#now() + this.ahead_ms;
  }

  addNumber(id: string, over: Partial<InboxNumber> = {}): Books {
    const books = new Books(aNumber(id, over));
    books.grown = () => this.#lines.push();
    this.numbers.set(id, books);
    return books;
  }

  /** A message as the server would show it; `over` says what is special about it. */
  message(number_id: string, contact_id: string, body: string, over: Partial<Message> = {}): Message {
    const id = over.id ?? this.#entrance.name("wamid.");
    const now = at(this.now_ms);
    const direction = over.direction ?? "inbound";
    const origin = direction === "inbound" ? "customer" : "agent";
    const said = { content: { type: "text", text: { body } } as const, sent_at: now, received_at: now };
    return { id, number_id, contact_id, direction, origin, ...said, ...over };
  }

  /** A customer writes. */
  write(number_id: string, contact_id: string, body: string, over: Partial<Message> = {}): Message {
    const message = this.message(number_id, contact_id, body, over);
    this.books(number_id).put(contact_id, [message]);
    return message;
  }

  /** WhatsApp or Graph reports on a message of ours. */
  report(number_id: string, message_id: string, status: NonNullable<Message["status"]>, over: Partial<Message> = {}) {
    const books = this.books(number_id);
    if (RANKS.indexOf(books.message(message_id)?.status ?? "") > RANKS.indexOf(status)) return; // statuses only climb
    const status_at = { ...books.message(message_id)?.status_at, [status]: at(this.now_ms) };
    books.amend(message_id, { status, status_at, ...over });
  }

  /** All of a number goes, as somebody elsewhere wants it; `next` is done before anybody can ask. */
  eraseNumber(id: string, next: () => void = () => {}): void {
    const books = this.books(id);
    books.end();
    this.numbers.delete(id);
    next();
  }

  books(number_id: string): Books {
    const books = this.numbers.get(number_id);
    if (!books) throw new Refusal(404, "no_such_number");
    return books;
  }

  /** The credential is no longer good; what rests on it is cut off. */
  revoke(secret: string): void {
    const gone = this.credentials.get(secret);
    this.credentials.delete(secret);
    for (const [other, each] of this.credentials) if (gone && each.session_id === gone.id) this.revoke(other);
    this.#lines.end(4401, secret);
  }

  /** End every line with this code. */
  cut(code: number): void {
    this.#lines.end(code);
  }

  /** Lines that were cut try again now. */
  reconnect(): void {
    this.#lines.reconnect();
  }

  /** Lines without a wire. */
  get openLine(): OpenLine {
    return this.#lines.open;
  }

  readonly fetch: typeof fetch = async (target, init) => {
    const request = new Request(target, init);
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname);
    const written = request.method === "GET" ? "" : await request.text();
    this.asked.push(`${request.method} ${path}`);
    await this.journey(path, "there");
    if (!this.reachable) throw new TypeError("fetch failed");
    const answer = this.#answer({
      method: request.method,
      path,
      query: url.searchParams,
      body: written ? (JSON.parse(written) as Json) : {},
      secret: request.headers.get("authorization")?.replace("Bearer ", "") ?? null,
    });
    await this.journey(path, "back");
    if (!this.reachable || request.signal.aborted) throw new TypeError("fetch failed");
    return answer;
  };

  /** Why a line with this secret does not stand, as its close code. */
  #admission(secret: string): number | null {
    if (!this.reachable) return 1006;
    const credential = this.credentials.get(secret);
    if (!credential) return 4401;
    return credential.kind === "token" && credential.scopes.includes("live") ? null : 4403;
  }

  #answer(asked: Asked): Response {
    const headers = { date: new Date(this.now_ms).toUTCString(), "content-type": "application/json" };
    try {
      const refusal = this.refusals.shift();
      if (refusal) throw new Refusal(...refusal);
      for (const [method, pattern, answer] of this.#routes) {
        const match = asked.method === method && new RegExp(`^${pattern}$`).exec(asked.path);
        if (!match) continue;
        if (asked.path !== "/v1/sessions" || method !== "POST") this.#entrance.authenticate(asked);
        const [status, body] = answer(asked, match[1] ?? "", match[2] ?? "");
        return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
      }
      throw new Refusal(404, "not_found");
    } catch (refused) {
      if (!(refused instanceof Refusal)) throw refused;
      const { status, code, more } = refused;
      const problem = { type: `/problems/${code}`, title: code, status, code, ...more };
      const retry = status === 429 ? { "retry-after": "2" } : {};
      const kind = { "content-type": "application/problem+json" };
      return new Response(JSON.stringify(problem), { status, headers: { ...headers, ...retry, ...kind } });
    }
  }

  readonly #routes: readonly [string, string, (asked: Asked, a: string, b: string) => [number, unknown?]][] = [
    ["POST", "/v1/sessions", (asked) => [201, this.#entrance.signUp(asked.body)]],
    ["GET", "/v1/session", (asked) => [200, this.#entrance.whoAmI(asked)]],
    ["DELETE", "/v1/session", (asked) => this.#done(204, this.revoke(asked.secret ?? ""))],
    ["POST", "/v1/invites", () => [201, { invite: this.invite(), expires_at: at(this.now_ms + 86_400_000) }]],
    ["GET", "/v1/sessions", (asked) => [200, { sessions: this.#entrance.list("session", asked) }]],
    ["GET", "/v1/tokens", (asked) => [200, { tokens: this.#entrance.list("token", asked) }]],
    ["POST", "/v1/tokens", (asked) => [201, this.#entrance.makeToken(asked)]],
    ["DELETE", "/v1/(?:tokens|sessions)/([^/]+)", (_, id) => this.#done(204, this.revoke(this.#entrance.secretOf(id)))],
    ["GET", "/v1/numbers", () => [200, { numbers: [...this.numbers.values()].map((books) => books.number) }]],
    ["GET", "/v1/numbers/([^/]+)", (_, id) => [200, this.books(id).number]],
    ["GET", "/v1/numbers/([^/]+)/snapshot", (asked, id) => this.#snapshot(asked, id)],
    ["GET", "/v1/numbers/([^/]+)/changes", (asked, id) => this.#changes(asked, id)],
    ["GET", "/v1/numbers/([^/]+)/conversations", (asked, id) => this.#conversations(asked, id)],
    ["GET", CONVERSATION, (_, id, contact) => [200, this.#known(id, contact)]],
    ["GET", `${CONVERSATION}/messages`, (asked, id, contact) => this.#messages(asked, id, contact)],
    ["POST", `${CONVERSATION}/messages`, (asked, id, contact) => this.#send(asked, id, contact)],
    ["POST", `${CONVERSATION}/read`, (asked, id, contact) => this.#read(asked, id, contact)],
    ["DELETE", CONVERSATION, (_, id, contact) => [200, this.#erase(id, contact)]],
    ["DELETE", "/v1/numbers/([^/]+)", (_, id) => [200, receipt(this.now_ms, this.eraseNumber(id))]],
    ["GET", "/v1/numbers/([^/]+)/messages/([^/]+)/timeline", (_, id, message) => [200, this.#timeline(id, message)]],
    ["DELETE", `${CONVERSATION}/read`, (_, id, contact) => this.#done(202, this.books(id).unread(contact))],
  ];

  #done(status: number, _done: unknown): [number] {
    return [status];
  }

  #snapshot({ query }: Asked, id: string): [number, unknown] {
    const books = this.books(id);
    const { rows, next } = books.conversations(null, Number(query.get("limit") ?? 50));
    return [200, { cursor: books.head, number: books.number, conversations: rows, next }];
  }

  #changes({ query }: Asked, id: string): [number, unknown] {
    const since = query.get("since") ?? "";
    const changes = this.books(id).since(since, Number(query.get("limit") ?? 500));
    if (changes === null) throw new Refusal(410, "resync");
    return [200, { cursor: changes.at(-1)?.cursor ?? since, changes }];
  }

  #conversations({ query }: Asked, id: string): [number, unknown] {
    const page = this.books(id).conversations(
      query.get("before"),
      Number(query.get("limit") ?? 50),
      query.get("q") ?? "",
    );
    return [200, { conversations: page.rows, next: page.next }];
  }

  #known(id: string, contact_id: string): unknown {
    const found = this.books(id).conversation(contact_id);
    if (!found) throw new Refusal(404, "no_such_contact");
    return found;
  }

  #timeline(id: string, message_id: string): unknown {
    const message = this.books(id).message(message_id);
    if (!message) throw new Refusal(404, "no_such_message");
    const steps = [{ name: "written", at: message.sent_at, clock: "meta" }];
    return { reference: "~ghijklmnopqr", number_id: id, direction: message.direction, steps, missing: [] };
  }

  #erase(id: string, contact_id: string): unknown {
    this.#known(id, contact_id);
    this.books(id).erase(contact_id);
    return { ...receipt(this.now_ms), contact_id };
  }

  #messages({ query }: Asked, id: string, contact_id: string): [number, unknown] {
    this.#known(id, contact_id);
    const page = this.books(id).messages(contact_id, query.get("before"), Number(query.get("limit") ?? 50));
    return [200, { messages: page?.rows, next: page?.next }];
  }

  #send(asked: Asked, id: string, contact_id: string): [number, unknown] {
    this.#known(id, contact_id);
    const books = this.books(id);
    const { id: message_id, content, context } = asked.body as Pick<Message, "id" | "content" | "context">;
    const held = books.message(message_id);
    if (held && JSON.stringify(held.content) !== JSON.stringify(content)) throw new Refusal(409, "id_reused");
    if (held) return [202, held];
    const { id: by, name } = this.#entrance.authenticate(asked);
    const said = { id: message_id, direction: "outbound", agent: { id: by, name }, content, status: "queued" } as const;
    const message = this.message(id, contact_id, "", { ...said, ...(context ? { context } : {}) });
    if (content.type === "reaction") this.#react(books, message);
    else books.put(contact_id, [message]);
    return [202, message];
  }

  #react(books: Books, message: Message): void {
    const { message_id, emoji } = (message.content as { reaction: { message_id: string; emoji: string } }).reaction;
    const others = (books.message(message_id)?.reactions ?? []).filter((each) => each.by !== "business");
    const ours = { by: "business", emoji, at: message.sent_at, status: "queued" as const };
    books.amend(message_id, { reactions: emoji ? [...others, ours] : others });
  }

  #read(asked: Asked, id: string, contact_id: string): [number] {
    this.books(id).read(contact_id, String(asked.body["up_to"]));
    return [202];
  }
}

function receipt(now_ms: number, _done?: unknown) {
  const removed = { messages: 1, conversations: 1, changes: 2, parked: 0, dead_letters: 0, sends: 0 };
  return { erased_at: at(now_ms), removed, archive_until: null, remains: ["Meta keeps its own copy."] };
}
