/** What outlives a reload of one number, in a database of its own; without a database it lasts as long as the page. */
import type { IDBPDatabase } from "idb";
import type { Cached, CachedThread } from "./cached";
import type { Conversation } from "./chat";
import { deleteDatabase, isCorrupt, numberName, openDatabase } from "./database";
import type { Clock } from "./environment";

/** Grows with every change to the shape of what is kept; what has another number is dropped and fetched again. */
const FORMAT = 1;
const STORE = "cache";
const HEAD = "head";
const STAMP = "stamp";
const THREAD = "thread ";

/** A list of this length opens at once and takes some megabytes; whoever hands in more keeps what was kept before. */
export const CONVERSATIONS_MAX = 10_000;
/** Conversations whose messages are kept, and how many of each; a first page may be as long as the server gives. */
export const THREADS_MAX = 200;
export const MESSAGES_MAX = 400;

export interface Cache {
  /** What was kept last, all of it as of one cursor; null when there is nothing. */
  load(): Promise<Cached | null>;
  /** Keep this instead; of the threads, only those in `changed` have changed since the last time. Never rejects. */
  save(cached: Cached, changed: ReadonlySet<string>): Promise<void>;
  /** Nothing of it remains, and nothing is kept from now on. */
  wipe(): Promise<void>;
  close(): void;
}

interface Head extends Omit<Cached, "threads"> {
  format: number;
}

/** Opens nothing before it is needed, and never throws. */
export function openCache(databases: IDBFactory | null, clock: Clock, workspace_id: string, number_id: string): Cache {
  return new NumberCache(databases, clock, numberName(workspace_id, number_id));
}

class NumberCache implements Cache {
  readonly #factory: IDBFactory | null;
  readonly #clock: Clock;
  readonly #name: string;
  #database: Promise<IDBPDatabase> | null = null;
  /** What no database takes. */
  #memory: Cached | null = null;
  /** Who saved last, as far as known here: where the database says otherwise, another tab has. */
  #stamp = "";
  #waiting: { cached: Cached; changed: Set<string> } | null = null;
  #saving: Promise<void> = Promise.resolve();
  /** Closed: nothing new is taken. Gone: nothing is opened any more. */
  #isClosed = false;
  #isGone = false;

  constructor(factory: IDBFactory | null, clock: Clock, name: string) {
    this.#factory = factory;
    this.#clock = clock;
    this.#name = name;
  }

  async load(): Promise<Cached | null> {
    return (await this.#tried((database) => this.#read(database))) ?? this.#memory;
  }

  save(cached: Cached, changed: ReadonlySet<string>): Promise<void> {
    if (this.#isClosed || !isBounded(cached)) {
      return Promise.resolve();
    }
    // Whatever has not begun yet is overtaken: only the newest state is worth writing.
    const isFirst = this.#waiting === null;
    this.#waiting = { cached, changed: new Set([...(this.#waiting?.changed ?? []), ...changed]) };
    if (isFirst) {
      this.#saving = this.#saving.then(() => this.#saveWaiting());
    }
    return this.#saving;
  }

  async wipe(): Promise<void> {
    this.#isClosed = true;
    this.#waiting = null;
    this.#memory = null;
    await this.#saving;
    // Cleared first: a deletion waits for a tab that is frozen, and the contents must not.
    await this.#tried((database) => database.clear(STORE));
    this.#isGone = true;
    await this.#drop();
  }

  close(): void {
    this.#isClosed = true;
    void this.#saving.then(async () => {
      this.#isGone = true;
      (await this.#database?.catch(() => null))?.close();
    });
  }

  async #saveWaiting(): Promise<void> {
    const next = this.#waiting;
    this.#waiting = null;
    if (!next) {
      return;
    }
    const stamp = `${Math.random()}`;
    const isSaved = await this.#tried(async (database) => {
      await this.#write(database, next.cached, next.changed, stamp);
      return true;
    });
    if (isSaved) {
      this.#stamp = stamp;
    }
    this.#memory = isSaved || this.#isGone ? null : next.cached;
  }

  /** Everything in one transaction, so that no crash leaves a cursor without what it stands for. */
  async #write(database: IDBPDatabase, cached: Cached, changed: ReadonlySet<string>, stamp: string): Promise<void> {
    const writing = database.transaction(STORE, "readwrite");
    const { store } = writing;
    const [last, keys] = await Promise.all([store.get(STAMP), store.getAllKeys()]);
    const { threads, ...head } = cached;
    const written: Promise<unknown>[] = [
      writing.done,
      store.put({ format: FORMAT, ...head } satisfies Head, HEAD),
      store.put(stamp, STAMP),
    ];
    const kept = new Set<IDBValidKey>([HEAD, STAMP]);
    for (const thread of threads) {
      const key = THREAD + thread.contact_id;
      kept.add(key);
      if (last !== this.#stamp || changed.has(thread.contact_id) || !keys.includes(key)) {
        written.push(store.put(thread, key));
      }
    }
    for (const key of keys) {
      if (!kept.has(key)) {
        written.push(store.delete(key));
      }
    }
    await Promise.all(written);
  }

  async #read(database: IDBPDatabase): Promise<Cached | null> {
    const reading = database.transaction(STORE);
    const [keys, values] = await Promise.all([reading.store.getAllKeys(), reading.store.getAll()]);
    const kept = new Map(keys.map((key, n) => [key, values[n] as unknown]));
    const head = kept.get(HEAD);
    const threads = keys.flatMap((key) => (String(key).startsWith(THREAD) ? [kept.get(key)] : []));
    if (!isHead(head) || !threads.every(isThread)) {
      this.#stamp = ""; // corrupt, or of another format: the next save writes all of it anew
      return null;
    }
    this.#stamp = String(kept.get(STAMP));
    const { format: _, ...rest } = head;
    return { ...rest, threads };
  }

  /**
   * A connection may die in the middle (`UnknownError`, a full disk): a new one is tried, then a new database; then null.
   */
  async #tried<T>(call: (database: IDBPDatabase) => Promise<T>): Promise<T | null> {
    for (let attempt = 1; attempt <= 3; attempt++) {
      const opened = this.#opened();
      if (!opened) {
        return null;
      }
      try {
        return await call(await opened);
      } catch (failure) {
        opened.then((broken) => broken.close()).catch(() => {});
        if (this.#database === opened) {
          this.#database = null;
        }
        // Nothing is in it that cannot be fetched again.
        if (attempt === 2 && isCorrupt(failure)) {
          await this.#drop();
        }
      }
    }
    return null;
  }

  #opened(): Promise<IDBPDatabase> | null {
    if (!this.#factory || this.#isGone) {
      return null;
    }
    this.#database ??= openDatabase(this.#factory, this.#clock, {
      name: this.#name,
      version: FORMAT,
      build: (database) => database.createObjectStore(STORE),
      replaceable: true,
      gone: (isForGood) => {
        this.#database = null;
        // Deleted by another tab that signed out, or taken over by a newer version: nothing comes back from here.
        this.#isGone ||= isForGood;
      },
    });
    return this.#database;
  }

  async #drop(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    (await database?.catch(() => null))?.close();
    if (this.#factory) {
      await deleteDatabase(this.#factory, this.#clock, this.#name);
    }
  }
}

function isBounded({ conversations, threads }: Cached): boolean {
  return (
    conversations.length <= CONVERSATIONS_MAX &&
    threads.length <= THREADS_MAX &&
    threads.every((thread) => thread.messages.length <= MESSAGES_MAX)
  );
}

function isHead(value: unknown): value is Head {
  const head = value as Partial<Head> | null | undefined;
  return (
    head?.format === FORMAT &&
    typeof head.cursor === "string" &&
    typeof head.number?.id === "string" &&
    isListOf(head.edges, (edge) => typeof edge?.next === "string") &&
    isListOf(head.aside, isConversation) &&
    isListOf(head.conversations, isConversation)
  );
}

/** As far as the store steers by it: what another build kept in another shape is nothing. */
function isConversation(each: Partial<Conversation> | null): boolean {
  return (
    typeof each?.contact_id === "string" &&
    typeof each.last_activity_at === "string" &&
    typeof each.contact === "object" &&
    Array.isArray(each.aliases)
  );
}

function isListOf<T>(list: readonly T[] | undefined, fits: (each: T) => boolean): boolean {
  return Array.isArray(list) && list.every(fits);
}

function isThread(value: unknown): value is CachedThread {
  const thread = value as Partial<CachedThread> | null | undefined;
  return (
    typeof thread?.contact_id === "string" &&
    isListOf(thread.edges, (edge) => edge !== null && typeof edge === "object" && "place" in edge) &&
    isListOf(thread.messages, (each) => typeof each?.id === "string" && typeof each.sent_at === "string") &&
    isListOf(thread.messages, ({ content }) => typeof content?.type === "string")
  );
}
