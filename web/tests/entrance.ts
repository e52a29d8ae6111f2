/** Who may come in to the in-memory server: sessions, tokens and invites as the real one hands them out. */
import { at } from "./books";

export type Json = Record<string, unknown>;

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Json;
  secret: string | null;
}

export interface Credential {
  id: string;
  kind: "session" | "token";
  name: string;
  scopes: string[];
  session_id?: string;
  created_at: string;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly more: Json = {},
  ) {
    super(code);
  }
}

export class Entrance {
  readonly workspace_id = "w1";
  readonly credentials = new Map<string, Credential>();
  join_key: string | null = null;
  readonly #invites = new Set<string>();
  readonly #now: () => number;
  #made = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Unique among all that the server makes. */
  name(kind: string): string {
    this.#made += 1;
    return `${kind}${this.#made}`;
  }

  invite(): string {
    const invite = this.name("invite-");
    this.#invites.add(invite);
    return invite;
  }

  authenticate(asked: Asked): Credential {
    const credential = asked.secret === null ? undefined : this.credentials.get(asked.secret);
    if (!credential) throw new Refusal(401, "unauthenticated");
    return credential;
  }

  signUp(body: Json): unknown {
    const invited = typeof body["invite"] === "string";
    if (invited && !this.#invites.delete(body["invite"] as string)) throw new Refusal(403, "invite");
    if (!invited && this.join_key !== null && body["join_key"] !== this.join_key) throw new Refusal(403, "join_key");
    const [token, { id, name }] = this.#make("session", String(body["agent_name"] ?? "Agent"), ["read", "send"]);
    return { token, session: { id, agent: { id, name } }, workspace: { id: this.workspace_id } };
  }

  makeToken(asked: Asked): unknown {
    const { name, scopes, ends_with_session } = asked.body as {
      name: string;
      scopes: string[];
      ends_with_session?: boolean;
    };
    const ending = ends_with_session ? this.authenticate(asked).id : undefined;
    const [token, { id }] = this.#make("token", name, scopes, ending);
    return { id, name, scopes, token };
  }

  whoAmI(asked: Asked): unknown {
    const { id, kind, name, scopes } = this.authenticate(asked);
    return { kind, id, workspace: { id: this.workspace_id }, agent: { id, name }, scopes };
  }

  list(kind: Credential["kind"], asked: Asked): unknown[] {
    const own = this.authenticate(asked);
    const rows = [...this.credentials.values()].filter((each) => each.kind === kind).reverse();
    return rows.map(({ id, name, scopes, created_at }) => {
      const used = { created_at, last_used_at: created_at };
      return kind === "token"
        ? { id, name, scopes, ...used }
        : { id, agent: { id, name }, ...used, current: id === own.id };
    });
  }

  secretOf(id: string): string {
    const found = [...this.credentials].find(([, credential]) => credential.id === id);
    if (!found) throw new Refusal(404, "no_such_token");
    return found[0];
  }

  #make(kind: Credential["kind"], name: string, scopes: string[], session_id?: string): [string, Credential] {
    const id = this.name(`${kind}-`);
    const secret = `secret-of-${id}`;
    const created_at = at(this.#now());
    const credential = { id, kind, name, scopes, created_at, ...(session_id ? { session_id } : {}) };
    this.credentials.set(secret, credential);
    return [secret, credential];
  }
}
