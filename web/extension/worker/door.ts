/** How the worker gets at the server and at what is kept in this browser. */
import { keptSignIn } from "@core/signin";
import { keepFor, readSettings, type Store } from "../settings";
import { Tally } from "./tally";
import { type Account, Denied, type Door } from "./watch";

const ANSWER_MS_MAX = 20_000;

export class ServerDoor implements Door {
  // The tally is also in memory: storage is for the worker that comes after this one.
  private held: { name: string; tally: Tally } | null = null;

  constructor(
    private readonly store: Store,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  async account(): Promise<Account | null> {
    const { origin } = await readSettings(this.store);
    if (origin === null) return null;
    const signIn = await keptSignIn(keepFor(this.store, origin));
    if (!signIn) await this.forget(origin);
    return signIn && { origin, session: signIn.session, token: signIn.token?.secret ?? null };
  }

  async get({ origin, session }: Account, path: string): Promise<unknown> {
    const answer = await this.fetch(origin + path, {
      headers: { Authorization: `Bearer ${session}` },
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (answer.status === 401) throw new Denied();
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return await answer.json();
  }

  async tally({ origin }: Account): Promise<Tally> {
    const name = tallyKey(origin);
    if (this.held?.name !== name) this.held = { name, tally: Tally.from((await this.store.get(name))[name]) };
    return this.held.tally;
  }

  async keep({ origin }: Account, tally: Tally): Promise<void> {
    await this.store.set({ [tallyKey(origin)]: tally.toJSON() });
  }

  /** Whoever signs out leaves nothing behind. */
  private async forget(origin: string): Promise<void> {
    this.held = null;
    await this.store.remove(tallyKey(origin));
  }
}

function tallyKey(origin: string): string {
  return `tally ${origin}`;
}
