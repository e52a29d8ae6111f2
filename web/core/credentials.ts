/** The session of this browser and the API token that its live updates ride on, kept between visits. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Api, Problem } from "./api";
import { expected } from "./asking";
import type { Keep } from "./environment";
import { keepSignIn, keptSignIn, type SignIn } from "./signin";

export interface Entrance {
  join_key?: string;
  invite?: string;
  agent_name?: string;
}

export class Credentials {
  readonly live: ReadonlySignal<boolean>;
  readonly #keep: Keep;
  readonly #signIn: Signal<SignIn | null> = signal(null);

  constructor(keep: Keep) {
    this.#keep = keep;
    this.live = computed(() => this.#signIn.value?.token !== undefined);
  }

  get signIn(): ReadonlySignal<SignIn | null> {
    return this.#signIn;
  }

  /** The session's secret, while there is one. */
  get session(): string | null {
    return this.#signIn.peek()?.session ?? null;
  }

  /** The token's secret, while one is connected. */
  get token(): string | null {
    return this.#signIn.peek()?.token?.secret ?? null;
  }

  async read(): Promise<SignIn | null> {
    return keptSignIn(this.#keep);
  }

  /** From now on this is who we are; null is nobody. Where another tab signed out or in since, what is kept is its own. */
  async become(signIn: SignIn | null): Promise<void> {
    const before = this.#signIn.peek();
    this.#signIn.value = signIn;
    if (before !== null && (await this.read())?.session !== before.session) return;
    await keepSignIn(this.#keep, signIn).catch(() => {}); // storage that is denied lasts as long as the page
  }

  async signUp(api: Api, { agent_name = "Agent", ...entrance }: Entrance): Promise<SignIn> {
    const signed = await api.post("/v1/sessions", { body: { ...entrance, agent_name } });
    const { id, agent } = signed.session;
    return {
      session: signed.token,
      session_id: id,
      agent: { id: agent.id, name: agent.name ?? agent_name },
      workspace_id: signed.workspace.id,
    };
  }

  /** Make a token for this browser alone; it ends with the session. */
  async makeToken(api: Api, name: string): Promise<string> {
    const body = { name, scopes: ["read" as const, "live" as const], ends_with_session: true };
    const { id, token: secret } = await api.post("/v1/tokens", { body });
    await this.#connect({ id, secret, made_here: true });
    return secret;
  }

  /** Take a token that was made elsewhere; rejects with Problem when it is not fit for this. */
  async takeToken(api: Api, secret: string): Promise<void> {
    const { id, kind, scopes, workspace } = await api.get("/v1/session", { secret });
    if (kind !== "token") throw new Problem(403, { code: "not_a_token", title: "This is no API token" });
    if (workspace.id !== this.#signIn.peek()?.workspace_id) {
      throw new Problem(403, { code: "other_workspace", title: "This token is of another workspace" });
    }
    if (!scopes.includes("live") || !scopes.includes("read")) {
      throw new Problem(403, { code: "scope", title: "The token needs the scopes live and read" });
    }
    await this.#connect({ id, secret });
  }

  /** Let go of the token; answers it. */
  async dropToken(): Promise<SignIn["token"]> {
    const signIn = this.#signIn.peek();
    if (signIn === null) return undefined;
    const { token, ...rest } = signIn;
    await this.become(rest);
    return token;
  }

  /** Tell the server that a token of this browser's own is no longer needed; if it does not hear, the session's end will. */
  async revoke(api: Api, token: SignIn["token"]): Promise<void> {
    if (token?.made_here !== true) return;
    await api.delete("/v1/tokens/{token_id}", { path: { token_id: token.id } }).catch(expected);
  }

  async #connect(token: NonNullable<SignIn["token"]>): Promise<void> {
    const signIn = this.#signIn.peek();
    if (signIn !== null) await this.become({ ...signIn, token });
  }
}
