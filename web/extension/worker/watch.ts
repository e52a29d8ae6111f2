/** Keeps the count of unread conversations true: live while a tab is there, else as often as somebody asks. */
import type { Change, Conversation, InboxNumber, Snapshot } from "@core/chat";
import type { LineFrame } from "@core/environment";
import type { Place } from "../wire";
import { isHopeless, type Member, type Relay } from "./relay";
import type { Tally } from "./tally";

/** Who the count is for. */
export interface Account {
  origin: string;
  session: string;
  /** The API token that live updates ride on; null in pull mode. */
  token: string | null;
}

export interface Door {
  account(): Promise<Account | null>;
  /** The body of a GET; throws Denied when the sign-in is not good any more, anything else when there is no answer. */
  get(account: Account, path: string): Promise<unknown>;
  tally(account: Account): Promise<Tally>;
  keep(account: Account, tally: Tally): Promise<void>;
}

export interface Told {
  count(count: number): void;
  news(conversation: Conversation): void;
  read(place: Place): void;
  /** Whose conversations they were is gone: nothing of them may be left to see. */
  gone(): void;
}

export class Denied extends Error {}

// As many as the server gives at once. What is unread below them has waited for weeks, and is not counted.
const SNAPSHOT_LENGTH = 200;
// After a night as many are told one by one; of the others the count tells.
const NEWS_MAX = 10;
const AGAIN_MS = 30_000;
const SEVERAL_MS = 1_000;

// More than this while a snapshot is on its way, and another snapshot is the shorter way.
const MEANWHILE_MAX = 5_000;

export class Watch {
  private readonly member: Member;
  private account: Account | null = null;
  private tally: Tally | null = null;
  /** Numbers whose changes come by themselves; a snapshot taken after that is never older than the line. */
  private readonly followed = new Set<string>();
  /** By number, where our snapshot stood when we began to follow; until the line has said where it stands. */
  private readonly begun = new Map<string, string>();
  /** What came while a snapshot was on its way: it may be newer, so it is applied afterwards. */
  private meanwhile: Change[] | null = null;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private live = false;

  constructor(
    relay: Relay,
    private readonly door: Door,
    private readonly told: Told,
    /** Whether any tab is there to keep the worker awake. */
    private readonly attended: () => boolean,
  ) {
    this.member = relay.join((frame) => this.hear(frame));
  }

  /** Soon, and once for everything that asks at the same time; nothing to do while the line brings it all. */
  soon(delay_ms = SEVERAL_MS): void {
    if (!this.attended()) this.rest();
    else if (this.live) return;
    this.timer ??= setTimeout(() => void this.refresh(), delay_ms);
  }

  /** Numbers came or went: even the line does not tell everything about that. */
  anew(): void {
    this.later(SEVERAL_MS);
  }

  /** Somebody else may be signed in, or at another server. */
  restart(): void {
    this.rest();
    this.soon(0);
  }

  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.meanwhile) {
      this.again = true;
      return;
    }
    this.meanwhile = [];
    const reached = await this.pull().catch(() => false);
    const meanwhile = this.meanwhile;
    this.meanwhile = null;
    await this.take(meanwhile);
    if (this.again) this.later(SEVERAL_MS);
    else if (!reached && this.attended()) this.later(AGAIN_MS);
    this.again = false;
  }

  private async pull(): Promise<boolean> {
    const account = await this.door.account();
    if (!account || !same(account, this.account)) this.rest();
    if (this.account && account?.session !== this.account.session) this.told.gone();
    this.account = account;
    try {
      if (account) await this.count(account);
      else this.nobody();
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      this.nobody();
    }
    return true;
  }

  private async count(account: Account): Promise<void> {
    const tally = await this.door.tally(account);
    const { numbers } = (await this.door.get(account, "/v1/numbers")) as { numbers: InboxNumber[] };
    const ids = numbers.filter(counted).map(({ id }) => id);
    this.tell(tally.keepOnly(ids));
    this.tally = tally;
    const cursors: Record<string, string | null> = {};
    for (const id of ids) {
      const path = `/v1/numbers/${encodeURIComponent(id)}/snapshot?limit=${SNAPSHOT_LENGTH}`;
      const { cursor, conversations } = (await this.door.get(account, path)) as Snapshot;
      this.tell(tally.replace(id, conversations));
      cursors[id] = this.followed.has(id) ? null : cursor;
    }
    await this.settle();
    if (account.token !== null && this.attended() && ids.length > 0)
      this.follow(account.origin, account.token, cursors);
  }

  private follow(origin: string, token: string, cursors: Readonly<Record<string, string | null>>): void {
    for (const [id, cursor] of Object.entries(cursors)) {
      this.followed.add(id);
      if (cursor !== null) this.begun.set(id, cursor);
    }
    this.member.follow(origin, token, cursors);
  }

  private hear(frame: LineFrame): void {
    if (frame.type === "welcome") this.live = true;
    if (frame.type === "closed") {
      this.live = false;
      if (isHopeless(frame.code)) this.rest(); // somebody will be told, and give us another token
    }
    if (frame.type === "resync") {
      this.followed.delete(frame.number_id);
      this.later(SEVERAL_MS);
    }
    if (frame.type !== "changes") return;
    const begun = this.begun.get(frame.number_id);
    this.begun.delete(frame.number_id);
    // A line that others had opened stands where they are: a snapshot taken now misses nothing of it.
    if (begun !== undefined && frame.after !== begun) this.later(SEVERAL_MS);
    if (!this.meanwhile) void this.take(frame.changes);
    else if (this.meanwhile.length < MEANWHILE_MAX) this.meanwhile.push(...frame.changes);
    else this.again = true;
  }

  private async take(changes: readonly Change[]): Promise<void> {
    const tally = this.tally;
    if (!tally || changes.length === 0) return;
    for (const change of changes) {
      this.tell(tally.apply(change));
      const moved = change.kind === "number" && counted(change.value) !== this.followed.has(change.value.id);
      if (moved || (change.kind === "removed" && change.value.of === "number")) this.later(SEVERAL_MS);
    }
    await this.settle();
  }

  private later(delay_ms: number): void {
    this.timer ??= setTimeout(() => void this.refresh(), delay_ms);
  }

  private rest(): void {
    this.live = false;
    this.followed.clear();
    this.begun.clear();
    this.member.leave();
  }

  private nobody(): void {
    this.rest();
    this.tally = null;
    this.told.gone();
    this.told.count(0);
  }

  private tell({ news, read }: { news: Conversation[]; read: Place[] }): void {
    for (const place of read) this.told.read(place);
    for (const conversation of news.slice(0, NEWS_MAX)) this.told.news(conversation);
  }

  private async settle(): Promise<void> {
    if (!this.tally || !this.account) return;
    this.told.count(this.tally.count);
    await this.door.keep(this.account, this.tally).catch(() => {});
  }
}

function counted({ enabled, state }: InboxNumber): boolean {
  return enabled && state !== "disconnected";
}

function same(one: Account, other: Account | null): boolean {
  return one.origin === other?.origin && one.session === other.session && one.token === other.token;
}
