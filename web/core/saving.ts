/** Writes what is held of a number into its cache: soon after it changed, seldom while it keeps changing. */
import { effect } from "@preact/signals";
import type { Cache } from "./cache";
import type { Cached, CachedThread } from "./cached";
import type { ChatState } from "./chatstate";
import type { Environment } from "./environment";
import type { History } from "./history";

const CALM_MS = 1_000;
const BUSY_MS_MAX = 5_000; // a busy number is written this often, not never
/** The list as it opens; what lies below is read when somebody scrolls there. */
const CONVERSATIONS_MAX = 500;
const MESSAGES_MAX = 200;
/** Where so many came live that no page ends among them, the newest are kept to be shown until they are read again. */
const UNCUT_MAX = 400;

export class Saving {
  readonly #state: ChatState;
  readonly #cursor: () => string | null;
  readonly #cache: Cache;
  readonly #environment: Environment;
  readonly #stops: (() => void)[];
  #forget: (() => void) | null = null;
  #since = 0;
  #saved = -1;
  #closed = false;

  constructor(state: ChatState, cursor: () => string | null, cache: Cache, environment: Environment) {
    this.#state = state;
    this.#cursor = cursor;
    this.#cache = cache;
    this.#environment = environment;
    this.#stops = [
      effect(() => {
        if (this.#state.version.value !== this.#saved) this.#soon();
      }),
      effect(() => {
        if (!environment.visible.value) void this.flush();
      }),
    ];
  }

  async flush(): Promise<void> {
    this.#forget?.();
    this.#forget = null;
    const version = this.#state.version.peek();
    if (version === this.#saved) return;
    const cached = this.#assembled();
    if (cached === null) return this.#closed ? undefined : this.#soon(); // in the middle of a resync
    this.#saved = version;
    await this.#cache.save(cached, this.#state.takeTouched());
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#forget?.();
  }

  #soon(): void {
    const { clock } = this.#environment;
    if (this.#forget === null) this.#since = clock.steady();
    const busy_ms = clock.steady() - this.#since;
    this.#forget?.();
    this.#forget = clock.after(Math.max(0, Math.min(CALM_MS, BUSY_MS_MAX - busy_ms)), () => void this.flush());
  }

  /** All of it as of one cursor; null while there is none to go on from. */
  #assembled(): Cached | null {
    const cursor = this.#cursor();
    if (cursor === null) return null;
    const { rows, edges, complete } = this.#state.conversations.head(CONVERSATIONS_MAX);
    const threads = [...this.#state.histories].filter((history) => history.loaded.peek());
    const listed = new Set(rows.map(({ contact_id }) => contact_id));
    return {
      cursor,
      number: this.#state.number.peek(),
      conversations: rows,
      edges,
      complete,
      aside: threads.flatMap(({ contact_id }) => (listed.has(contact_id) ? [] : (this.#state.find(contact_id) ?? []))),
      threads: threads.map((history) => this.#thread(history)),
    };
  }

  #thread(history: History): CachedThread {
    const { rows, edges, start } = history.tail(MESSAGES_MAX);
    const { contact_id, stale } = history;
    if (rows.length > UNCUT_MAX) {
      const messages = rows.slice(-MESSAGES_MAX);
      return { contact_id, messages, edges: [], start: false, stale: true };
    }
    return { contact_id, messages: rows, edges, start, stale };
  }
}
