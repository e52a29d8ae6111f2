/** The inbox as its views see it: who is signed in, which numbers there are, and the one that is open. */
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { type Api, openApi, Problem } from "./api";
import { expected } from "./asking";
import type { InboxNumber } from "./chat";
import { wipeDatabases } from "./database";
import { wipeDrafts } from "./drafts";
import type { Environment } from "./environment";
import { OpenNumber, openKey } from "./opennumber";
import { Outbox } from "./outbox";
import { ServerTime } from "./servertime";
import { keepSignIn, keptSignIn, type SignIn } from "./signin";

export type State = "opening" | "signed_out" | "unconnected" | "ready";
export type Ended = "signed_out" | "revoked";

const NUMBERS_KEY = "numbers";
const CHOSEN_KEY = "number";
/** How often to look whether this machine slept or its clock was set. */
const LOOK_MS = 5_000;
const RETRY_MS = 5_000; // without any number nothing else asks again

export class Inbox {
  readonly environment: Environment;
  readonly api: Api;
  readonly time: ServerTime;
  readonly #begun = signal(false);
  readonly #ended = signal<Ended | null>(null);
  readonly #signIn = signal<SignIn | null>(null);
  readonly #numbers = signal<readonly InboxNumber[] | null>(null);
  readonly #current = signal<OpenNumber | null>(null);
  readonly #state: ReadonlySignal<State>;
  readonly #shown: ReadonlySignal<readonly InboxNumber[]>;
  readonly #live: ReadonlySignal<boolean>;
  readonly #stops: (() => void)[] = [];
  #outbox: Outbox | null = null;
  #wanted: string | null = null;
  #retry: () => void = () => {};
  #look: () => void = () => {};
  #closed = false;

  /** Starts at once: what is shown first comes from what was kept. */
  static open(environment: Environment): Inbox {
    const inbox = new Inbox(environment);
    void inbox.#begin();
    return inbox;
  }

  private constructor(environment: Environment) {
    this.environment = environment;
    this.time = new ServerTime(environment.clock);
    this.api = openApi({
      origin: environment.origin,
      fetch: environment.fetch,
      clock: environment.clock,
      secret: () => this.#signIn.peek()?.session ?? null,
      heard: (date, sent_at, received_at) => this.time.heard(date, sent_at, received_at),
      unauthenticated: () => void this.#end("revoked"),
    });
    this.#state = computed(() => {
      if (!this.#begun.value) return "opening";
      if (this.#signIn.value === null) return "signed_out";
      if (this.#numbers.value?.length === 0) return "unconnected";
      return this.#current.value === null ? "opening" : "ready";
    });
    this.#shown = computed(() => this.#numbers.value ?? []);
    this.#live = computed(() => this.#signIn.value?.token !== undefined);
  }

  get state(): ReadonlySignal<State> {
    return this.#state;
  }

  /** Why there is no session any more. */
  get ended(): ReadonlySignal<Ended | null> {
    return this.#ended;
  }

  get signIn(): ReadonlySignal<SignIn | null> {
    return this.#signIn;
  }

  get numbers(): ReadonlySignal<readonly InboxNumber[]> {
    return this.#shown;
  }

  get current(): ReadonlySignal<OpenNumber | null> {
    return this.#current;
  }

  /** Whether an API token is connected in this browser. */
  get live(): ReadonlySignal<boolean> {
    return this.#live;
  }

  /** A new workspace, or with an invite into an existing one. */
  async signUp(asked: { join_key?: string; invite?: string; agent_name?: string }): Promise<void> {
    const { agent_name = "Agent", ...entrance } = asked;
    const signed = await this.api.post("/v1/sessions", { body: { ...entrance, agent_name } });
    const { token: session, workspace } = signed;
    const { id, agent } = signed.session;
    const signIn = {
      session,
      session_id: id,
      agent: { id: agent.id, name: agent.name ?? agent_name },
      workspace_id: workspace.id,
    };
    await this.#keep(signIn);
    this.#ended.value = null;
    this.#startOutbox(signIn);
    await this.reloadNumbers();
  }

  /** Nothing stays in this browser, whether or not the server hears of it now. */
  async signOut(): Promise<void> {
    const secret = this.#signIn.peek()?.session;
    await this.#end("signed_out");
    if (secret !== undefined) await this.api.delete("/v1/session", { secret }).catch(expected);
  }

  choose(number_id: string): void {
    this.#wanted = number_id;
    void this.environment.keep.set(CHOSEN_KEY, number_id).catch(() => {});
    void this.#openWanted();
  }

  /** After connecting, disconnecting and settings. */
  async reloadNumbers(): Promise<void> {
    this.#retry();
    try {
      const { numbers } = await this.api.get("/v1/numbers");
      if (this.#signIn.peek() === null) return;
      this.#numbers.value = numbers;
      await this.environment.keep.set(NUMBERS_KEY, numbers).catch(() => {});
      await this.#openWanted();
    } catch (failure) {
      if (this.#current.peek() === null) this.#retryLater();
      throw failure;
    }
  }

  /** Make an API token for this browser alone; it ends with the session. */
  async connectToken(name = "Live updates"): Promise<void> {
    const body = { name, scopes: ["read" as const, "live" as const], ends_with_session: true };
    const { id, token: secret } = await this.api.post("/v1/tokens", { body });
    await this.#connect({ id, secret, made_here: true });
  }

  /** Connect an API token that somebody made elsewhere. */
  async useToken(secret: string): Promise<void> {
    const { id, kind, scopes, workspace } = await this.api.get("/v1/session", { secret });
    if (kind !== "token") throw new Problem(403, { code: "not_a_token", title: "This is no API token" });
    if (workspace.id !== this.#signIn.peek()?.workspace_id) {
      throw new Problem(403, { code: "other_workspace", title: "This token is of another workspace" });
    }
    if (!scopes.includes("live") || !scopes.includes("read")) {
      throw new Problem(403, { code: "scope", title: "The token needs the scopes live and read" });
    }
    await this.#connect({ id, secret });
  }

  /** Back to pull mode; a token that was made here is revoked. */
  async disconnectToken(): Promise<void> {
    const token = this.#signIn.peek()?.token;
    await this.#forgetToken();
    this.#current.peek()?.goPull();
    if (token?.made_here !== true) return;
    await this.api.delete("/v1/tokens/{token_id}", { path: { token_id: token.id } }).catch(expected);
  }

  /** The view is gone; what is held is kept for the next one. */
  close(): void {
    this.#closed = true;
    this.#retry();
    this.#look();
    for (const stop of this.#stops) stop();
    this.#outbox?.close();
    void this.#current.peek()?.close();
  }

  async #begin(): Promise<void> {
    const { keep, visible } = this.environment;
    const signIn = await keptSignIn(keep);
    const [numbers, chosen] = await Promise.all(
      [NUMBERS_KEY, CHOSEN_KEY].map((key) => keep.get(key).catch(() => null)),
    );
    if (this.#closed) return;
    this.#watchClock();
    this.#stops.push(
      effect(() => {
        if (visible.value) untracked(() => this.#checkClock());
      }),
    );
    this.#wanted = typeof chosen === "string" ? chosen : null;
    if (signIn !== null) {
      this.#signIn.value = signIn;
      this.#startOutbox(signIn);
      if (Array.isArray(numbers) && numbers.length > 0) {
        this.#numbers.value = numbers as InboxNumber[];
        await this.#openWanted();
      }
      this.reloadNumbers().catch(expected);
    }
    this.#begun.value = true;
  }

  async #openWanted(): Promise<void> {
    const numbers = this.#numbers.peek() ?? [];
    const before = this.#current.peek();
    const number =
      numbers.find(({ id }) => id === this.#wanted) ?? numbers.find(({ id }) => id === before?.id) ?? numbers[0];
    if (number !== undefined && number.id === before?.id) return before.assign(number);
    const signIn = this.#signIn.peek();
    void before?.close();
    if (number === undefined || signIn === null || this.#outbox === null) {
      this.#current.value = null;
      return;
    }
    const opened = new OpenNumber(number, {
      environment: this.environment,
      api: this.api,
      time: this.time,
      outbox: this.#outbox,
      workspace_id: signIn.workspace_id,
      agent: () => this.#signIn.peek()?.agent,
      refused: (code) => void this.#refused(code),
      gone: () => void this.reloadNumbers().catch(expected),
    });
    await opened.restore();
    if (this.#signIn.peek() !== signIn && this.#signIn.peek()?.session !== signIn.session) return;
    this.#current.value = opened;
    opened.start(this.#signIn.peek()?.token?.secret ?? null);
  }

  #startOutbox({ workspace_id }: SignIn): void {
    const { databases, clock, online, visible, newId } = this.environment;
    this.#outbox?.close();
    this.#outbox = new Outbox({
      databases,
      workspace_id,
      clock,
      time: this.time,
      online,
      visible,
      newId,
      post: ({ id, number_id, contact_id, content, context }) =>
        this.api.post("/v1/numbers/{number_id}/conversations/{contact_id}/messages", {
          path: { number_id, contact_id },
          body: { id, content, ...(context ? { context } : {}) },
        }),
      accepted: (message, entry) => {
        const current = this.#current.peek();
        if (current?.id === entry.number_id) current.accepted(message, entry);
      },
    });
  }

  async #connect(token: NonNullable<SignIn["token"]>): Promise<void> {
    const signIn = this.#signIn.peek();
    if (signIn === null) return;
    await this.#keep({ ...signIn, token });
    this.#current.peek()?.goLive(token.secret);
  }

  async #forgetToken(): Promise<void> {
    const signIn = this.#signIn.peek();
    if (signIn === null) return;
    const { token: _, ...rest } = signIn;
    await this.#keep(rest);
  }

  async #refused(code: number): Promise<void> {
    // 4403 is about the number or the token's scopes; only 4401 says that the token is no longer good.
    if (code === 4401) await this.#forgetToken();
    else await this.reloadNumbers().catch(expected);
  }

  async #keep(signIn: SignIn): Promise<void> {
    this.#signIn.value = signIn;
    await keepSignIn(this.environment.keep, signIn).catch(() => {});
  }

  async #end(why: Ended): Promise<void> {
    const signIn = this.#signIn.peek();
    if (signIn === null) return;
    const [current, outbox, numbers] = [this.#current.peek(), this.#outbox, this.#numbers.peek() ?? []];
    this.#retry();
    this.#outbox = null;
    this.#wanted = null;
    batch(() => {
      this.#signIn.value = null;
      this.#current.value = null;
      this.#numbers.value = null;
      this.#ended.value = why;
    });
    outbox?.close();
    const { keep, databases, clock } = this.environment;
    const ids = numbers.map(({ id }) => id);
    const gone = [
      keepSignIn(keep, null),
      ...[NUMBERS_KEY, CHOSEN_KEY, ...ids.map(openKey)].map((key) => keep.remove(key)),
    ];
    await Promise.allSettled([...gone, current?.wipe()]);
    await wipeDrafts(keep, signIn.workspace_id, ids);
    await wipeDatabases(databases, clock, signIn.workspace_id, ids);
  }

  #retryLater(): void {
    this.#retry();
    this.#retry = this.environment.clock.after(RETRY_MS, () => {
      if (!this.#closed && this.#signIn.peek() !== null) this.reloadNumbers().catch(expected);
    });
  }

  #watchClock(): void {
    this.#look = this.environment.clock.after(LOOK_MS, () => {
      this.#checkClock();
      this.#watchClock();
    });
  }

  /** After sleep, or when somebody has set this machine's clock, ask the server what time it is. */
  #checkClock(): void {
    if (this.time.check() && this.#signIn.peek() !== null) this.api.get("/v1/session").catch(expected);
  }
}
