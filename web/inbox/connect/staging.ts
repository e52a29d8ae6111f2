/** Tells the server the verify token while it is being typed: Meta asks for it before anything is saved. */
import type { Api } from "@core/api";
import type { Clock } from "@core/environment";
import { type ReadonlySignal, signal } from "@preact/signals";
import { checkVerifyToken } from "./check";

export type CallbackState = Awaited<ReturnType<typeof stage>>;
export type Staged = "nothing" | "telling" | "told" | { trouble: unknown };

// Long enough that a typed word is told once, short enough that it is there before a tab is switched.
const QUIET_MS = 500;

export class Staging {
  readonly #state = signal<Staged>("nothing");
  readonly state: ReadonlySignal<Staged> = this.#state;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #told: (answer: CallbackState) => void;
  #latest = "";
  #sent = "";
  #asking = false;
  #cancel: (() => void) | null = null;

  constructor(api: Api, clock: Clock, told: (answer: CallbackState) => void) {
    this.#api = api;
    this.#clock = clock;
    this.#told = told;
  }

  type(verify_token: string): void {
    this.#latest = verify_token;
    this.#cancel?.();
    this.#cancel = null;
    if (checkVerifyToken(verify_token)) {
      this.#state.value = "nothing";
    } else if (verify_token !== this.#sent) {
      this.#state.value = "telling";
      this.#cancel = this.#clock.after(QUIET_MS, () => this.now());
    } else if (!this.#asking) {
      this.#state.value = "told";
    }
  }

  /** Without waiting for a pause: it was copied, or is tried again. */
  now(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#asking && this.#latest !== this.#sent && !checkVerifyToken(this.#latest)) void this.#ask();
  }

  close(): void {
    this.#cancel?.();
  }

  // One at a time, because the last one to arrive is the one that counts.
  async #ask(): Promise<void> {
    const asked = this.#latest;
    this.#asking = true;
    this.#state.value = "telling";
    try {
      const answer = await stage(this.#api, asked);
      this.#sent = asked;
      this.#told(answer);
      if (asked === this.#latest) this.#state.value = "told";
    } catch (trouble) {
      if (asked === this.#latest) this.#state.value = { trouble };
    } finally {
      this.#asking = false;
    }
    if (asked !== this.#latest) this.now();
  }
}

function stage(api: Api, verify_token: string) {
  return api.put("/v1/callback", { body: { verify_token } });
}
