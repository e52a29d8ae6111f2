/** The inbox as its views see it: who is signed in, which numbers there are, and the one that is open. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Api, openApi } from "./api";
import { expected } from "./asking";
import type { InboxNumber } from "./chat";
import { Credentials, type Entrance } from "./credentials";
import type { Environment } from "./environment";
import { eraseNumber, type Receipt } from "./erasure";
import { wipeNumbers, wipeWorkspace } from "./leftovers";
import { OpenNumber } from "./opennumber";
import type { Outbox } from "./outbox";
import { openOutbox } from "./posting";
import { ServerTime } from "./servertime";
import type { SignIn } from "./signin";
import { Timekeeping } from "./timekeeping";

export type State = "opening" | "signed_out" | "unconnected" | "ready";
export type Ended = "signed_out" | "revoked";

const NUMBERS_KEY = "numbers";
const CHOSEN_KEY = "number";
const RETRY_MS = 5_000; // without any number nothing else asks again

export class Inbox {
  readonly environment: Environment;
  readonly api: Api;
  readonly time: ServerTime;
  readonly #begun = signal(false);
  readonly #ended = signal<Ended | null>(null);
  readonly #credentials: Credentials;
  readonly #numbers = signal<readonly InboxNumber[] | null>(null);
  readonly #current = signal<OpenNumber | null>(null);
  readonly #state: ReadonlySignal<State>;
  readonly #shown: ReadonlySignal<readonly InboxNumber[]>;
  readonly #timekeeping: Timekeeping;
  #outbox: Outbox | null = null;
  #wanted: string | null = null;
  #retry: () => void = () => {};
  #opening: Promise<void> = Promise.resolve();
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
    this.#credentials = new Credentials(environment.keep);
    this.api = openApi({
      origin: environment.origin,
      fetch: environment.fetch,
      clock: environment.clock,
      secret: () => this.#credentials.session,
      heard: (date, sent_at, received_at) => this.time.heard(date, sent_at, received_at),
      unauthenticated: () => void this.#end("revoked"),
    });
    this.#timekeeping = new Timekeeping(this.time, environment, () => {
      if (this.signIn.peek() !== null) this.api.get("/v1/session").catch(expected);
    });
    this.#state = computed(() => {
      if (!this.#begun.value) return "opening";
      if (this.signIn.value === null) return "signed_out";
      if (this.#numbers.value?.length === 0) return "unconnected";
      return this.#current.value === null ? "opening" : "ready";
    });
    this.#shown = computed(() => this.#numbers.value ?? []);
  }

  get state(): ReadonlySignal<State> {
    return this.#state;
  }

  /** Why there is no session any more. */
  get ended(): ReadonlySignal<Ended | null> {
    return this.#ended;
  }

  get signIn(): ReadonlySignal<SignIn | null> {
    return this.#credentials.signIn;
  }

  get numbers(): ReadonlySignal<readonly InboxNumber[]> {
    return this.#shown;
  }

  get current(): ReadonlySignal<OpenNumber | null> {
    return this.#current;
  }

  /** Whether an API token is connected in this browser. */
  get live(): ReadonlySignal<boolean> {
    return this.#credentials.live;
  }

  /** A new workspace, or with an invite into an existing one. */
  async signUp(asked: Entrance): Promise<void> {
    const signIn = await this.#credentials.signUp(this.api, asked);
    await this.#credentials.become(signIn);
    this.#ended.value = null;
    this.#startOutbox(signIn);
    await this.reloadNumbers();
  }

  /** Nothing stays in this browser, whether or not the server hears of it now. */
  async signOut(): Promise<void> {
    const secret = this.#credentials.session;
    await this.#end("signed_out");
    if (secret !== null) await this.api.delete("/v1/session", { secret }).catch(expected);
  }

  choose(number_id: string): void {
    this.#wanted = number_id;
    void this.environment.keep.set(CHOSEN_KEY, number_id).catch(() => {});
    void this.#openWanted();
  }

  /** After connecting, disconnecting and settings. */
  async reloadNumbers(): Promise<void> {
    this.#retry();
    const { session } = this.#credentials;
    try {
      const { numbers } = await this.api.get("/v1/numbers");
      const signIn = this.signIn.peek();
      if (signIn === null || signIn.session !== session) return;
      const gone = (this.#numbers.peek() ?? []).filter(({ id }) => !numbers.some((number) => number.id === id));
      this.#numbers.value = numbers;
      await this.#openWanted();
      const ids = gone.map(({ id }) => id);
      await wipeNumbers(this.environment, signIn.workspace_id, ids, this.#outbox);
      // Last: whoever is interrupted before finds at the next visit what has yet to be forgotten.
      await this.environment.keep.set(NUMBERS_KEY, numbers).catch(() => {});
    } catch (failure) {
      if (this.#current.peek() === null) this.#retryLater();
      throw failure;
    }
  }

  /** Erase all conversations of a number at the server, and here at once. */
  async eraseNumber(number_id: string): Promise<Receipt> {
    const receipt = await eraseNumber(this.api, number_id);
    const [current, signIn] = [this.#current.peek(), this.signIn.peek()];
    if (current?.id === number_id) {
      this.#current.value = null;
      await current.wipe();
    }
    if (signIn !== null) await wipeNumbers(this.environment, signIn.workspace_id, [number_id], this.#outbox);
    await this.reloadNumbers().catch(expected);
    return receipt;
  }

  /** Make an API token for this browser alone, and go live. */
  async connectToken(name = "Live updates"): Promise<void> {
    const secret = await this.#credentials.makeToken(this.api, name);
    this.#current.peek()?.goLive(secret);
  }

  /** Connect an API token that somebody made elsewhere. */
  async useToken(secret: string): Promise<void> {
    await this.#credentials.takeToken(this.api, secret);
    this.#current.peek()?.goLive(secret);
  }

  /** Back to pull mode; a token that was made here is revoked. */
  async disconnectToken(): Promise<void> {
    const token = await this.#credentials.dropToken();
    this.#current.peek()?.goPull();
    await this.#credentials.revoke(this.api, token);
  }

  /** The view is gone; what is held is kept for the next one. */
  close(): void {
    this.#closed = true;
    this.#retry();
    this.#timekeeping.close();
    this.#outbox?.close();
    void this.#current.peek()?.close();
  }

  async #begin(): Promise<void> {
    const { keep } = this.environment;
    await this.#timekeeping.start();
    const signIn = await this.#credentials.read();
    const [numbers, chosen] = await Promise.all(
      [NUMBERS_KEY, CHOSEN_KEY].map((key) => keep.get(key).catch(() => null)),
    );
    if (this.#closed) return this.#timekeeping.close();
    this.#wanted = typeof chosen === "string" ? chosen : null;
    if (signIn !== null) {
      await this.#credentials.become(signIn);
      this.#startOutbox(signIn);
      if (Array.isArray(numbers) && numbers.length > 0 && numbers.every((each) => typeof each?.id === "string")) {
        this.#numbers.value = numbers as InboxNumber[];
        await this.#openWanted();
      }
      this.reloadNumbers().catch(expected);
    }
    this.#begun.value = true;
  }

  /** One after the other: two that open at once would leave one behind. */
  #openWanted(): Promise<void> {
    this.#opening = this.#opening.catch(() => {}).then(() => this.#open());
    return this.#opening;
  }

  async #open(): Promise<void> {
    const numbers = this.#numbers.peek() ?? [];
    const before = this.#current.peek();
    const number =
      numbers.find(({ id }) => id === this.#wanted) ?? numbers.find(({ id }) => id === before?.id) ?? numbers[0];
    if (number !== undefined && number.id === before?.id) return before.assign(number);
    const signIn = this.signIn.peek();
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
      agent: () => this.signIn.peek()?.agent,
      refused: (code) => void this.#refused(code),
      gone: (erased = false) => void this.#gone(opened, erased),
    });
    await opened.restore();
    if (this.#closed || this.#credentials.session !== signIn.session) return void opened.close();
    this.#current.value = opened;
    opened.start(this.#credentials.token);
  }

  #startOutbox({ workspace_id }: SignIn): void {
    this.#outbox?.close();
    this.#outbox = openOutbox({
      environment: this.environment,
      api: this.api,
      time: this.time,
      workspace_id,
      current: () => this.#current.peek(),
      wiped: () => void this.#leftElsewhere(),
    });
  }

  /** Where all of it was erased, what is held of it is of no use, even if the number is connected again by now. */
  async #gone(number: OpenNumber, erased: boolean): Promise<void> {
    if (erased && this.#current.peek() === number) this.#current.value = null;
    await this.reloadNumbers().catch(expected);
  }

  async #refused(code: number): Promise<void> {
    // 4403 is about the number or the token's scopes; only 4401 says that the token is no longer good.
    if (code === 4401) await this.#credentials.dropToken();
    else await this.reloadNumbers().catch(expected);
  }

  async #end(why: Ended): Promise<void> {
    const signIn = this.signIn.peek();
    if (signIn === null) return;
    const [current, outbox, numbers] = [this.#current.peek(), this.#outbox, this.#numbers.peek() ?? []];
    this.#retry();
    this.#outbox = null;
    this.#wanted = null;
    const gone: Promise<unknown>[] = [];
    batch(() => {
      gone.push(this.#credentials.become(null));
      this.#current.value = null;
      this.#numbers.value = null;
      this.#ended.value = why;
    });
    outbox?.close();
    await Promise.allSettled(gone);
    // Another tab may have signed in since: what it keeps is its own.
    const next = await this.#credentials.read();
    if (next?.workspace_id === signIn.workspace_id) return void current?.close();
    const { keep } = this.environment;
    const keys = next === null ? [NUMBERS_KEY, CHOSEN_KEY] : [];
    await Promise.allSettled([...keys.map((key) => keep.remove(key)), current?.wipe()]);
    const ids = numbers.map(({ id }) => id);
    await wipeWorkspace(this.environment, signIn.workspace_id, ids);
  }

  /** Another tab wiped the workspace: where it signed out, so do we. */
  async #leftElsewhere(): Promise<void> {
    if ((await this.#credentials.read())?.session !== this.#credentials.session) await this.#end("signed_out");
  }

  #retryLater(): void {
    this.#retry();
    this.#retry = this.environment.clock.after(RETRY_MS * (0.5 + Math.random()), () => {
      if (!this.#closed && this.signIn.peek() !== null) this.reloadNumbers().catch(expected);
    });
  }
}
