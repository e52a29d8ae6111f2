/** What differs between a page, an extension and a test; core is given all of it and reads nothing else. */
import type { ReadonlySignal } from "@preact/signals";
import type { Change } from "./chat";

/** Small durable values: the sign-in, choices, which conversation was open. Values are JSON. */
export interface Keep {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Time as this machine tells it: `now` may be wrong or jump, `steady` only ever moves forward. Milliseconds. */
export interface Clock {
  now(): number;
  steady(): number;
  /** Call once after `delay_ms`; the returned function takes it back. */
  after(delay_ms: number, call: () => void): () => void;
}

/** Changes of one number in feed order. `after` is the cursor they follow, absent when they surely follow the last. */
export interface ChangesFrame {
  type: "changes";
  number_id: string;
  cursor: string;
  changes: Change[];
  after?: string;
}

/** What a live line tells. `closed` carries the code that docs/live.md lists; the line itself reconnects where that helps. */
export type LineFrame =
  | { type: "welcome" }
  | ChangesFrame
  | { type: "resync"; number_id: string }
  | { type: "closed"; code: number };

/** How changes arrive live: a WebSocket in a page, a port to the worker's one socket in the extension. */
export interface Line {
  /** Follow these numbers from these cursors from now on (the whole set; null is from now). */
  follow(numbers: Readonly<Record<string, string | null>>): void;
  close(): void;
}

/** Opens a line with an API token; frames are told to `hear` one by one. */
export type OpenLine = (origin: string, token: string, hear: (frame: LineFrame) => void) => Line;

export interface Environment {
  /** Origin of the server, such as `https://inbox.example.com`; never with a trailing slash. */
  origin: string;
  fetch: typeof fetch;
  keep: Keep;
  clock: Clock;
  openLine: OpenLine;
  /** null where storage is denied. */
  databases: IDBFactory | null;
  /** Whether this machine believes it has a network. */
  online: ReadonlySignal<boolean>;
  /** Whether anybody can see the inbox now. */
  visible: ReadonlySignal<boolean>;
  /** A name for one thing said here: a lower-case UUID. */
  newId(): string;
}
