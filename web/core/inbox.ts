/** The inbox as its views see it: who is signed in, which numbers there are, and the one that is open. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Api, openApi } from "./api";
import type { InboxNumber } from "./chat";
import type { Environment } from "./environment";
import type { OpenNumber } from "./opennumber";
import { ServerTime } from "./servertime";
import type { SignIn } from "./signin";

export type State = "opening" | "signed_out" | "unconnected" | "ready";
export type Ended = "signed_out" | "revoked";

export class Inbox {
  readonly environment: Environment;
  readonly api: Api;
  readonly time: ServerTime;
  readonly state: ReadonlySignal<State> = signal<State>("opening");
  readonly ended: ReadonlySignal<Ended | null> = signal<Ended | null>(null);
  readonly signIn: ReadonlySignal<SignIn | null> = signal<SignIn | null>(null);
  readonly numbers: ReadonlySignal<readonly InboxNumber[]> = signal([]);
  readonly current: ReadonlySignal<OpenNumber | null> = signal<OpenNumber | null>(null);
  readonly live: ReadonlySignal<boolean> = signal(false);

  static open(environment: Environment): Inbox {
    return new Inbox(environment);
  }

  private constructor(environment: Environment) {
    this.environment = environment;
    this.time = new ServerTime(environment.clock);
    this.api = openApi({
      origin: environment.origin,
      fetch: environment.fetch,
      clock: environment.clock,
      secret: () => this.signIn.peek()?.session ?? null,
      heard: (date, sent_at, received_at) => this.time.heard(date, sent_at, received_at),
      unauthenticated: () => {},
    });
  }

  async signUp(_asked: { join_key?: string; invite?: string; agent_name?: string }): Promise<void> {}
  async signOut(): Promise<void> {}
  choose(_number_id: string): void {}
  async reloadNumbers(): Promise<void> {}
  async connectToken(): Promise<void> {}
  async useToken(_secret: string): Promise<void> {}
  async disconnectToken(): Promise<void> {}
  close(): void {}
}
