/** Where the outbox outlives a reload and a crash; without a database it says so and nothing breaks. */
import type { IDBPDatabase } from "idb";
import { openDatabase, workspaceName } from "./database";
import type { Clock } from "./environment";
import type { Entry } from "./pending";

const STORE = "outbox";

/** `unavailable`: nothing is stored now; `absent`: another tab has taken it away. */
export type Stored = "stored" | "absent" | "unavailable";

export class OutboxShelf {
  readonly #factory: IDBFactory | null;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #wiped: () => void;
  #database: Promise<IDBPDatabase> | null = null;
  #isClosed = false;

  /** `wiped` is told when another tab deletes the database: it must not come back from this one. */
  constructor(factory: IDBFactory | null, clock: Clock, workspace_id: string, wiped: () => void) {
    this.#factory = factory;
    this.#clock = clock;
    this.#name = workspaceName(workspace_id);
    this.#wiped = wiped;
  }

  /** Everything stored; null when nothing can be read now. */
  async all(): Promise<Entry[] | null> {
    const rows = await this.#tried((database) => database.getAll(STORE) as Promise<unknown[]>);
    return rows === null ? null : rows.filter(isEntry);
  }

  async put(entry: Entry): Promise<Stored> {
    const isDone = await this.#tried((database) => database.put(STORE, entry));
    return isDone === null ? "unavailable" : "stored";
  }

  /** Store the new state of an entry, unless another tab has meanwhile sent or discarded it. */
  async replace(entry: Entry): Promise<Stored> {
    const stored = await this.#tried(async (database): Promise<Stored> => {
      const writing = database.transaction(STORE, "readwrite");
      const isThere = (await writing.store.getKey(entry.id)) !== undefined;
      if (isThere) {
        await writing.store.put(entry);
      }
      await writing.done;
      return isThere ? "stored" : "absent";
    });
    return stored ?? "unavailable";
  }

  async remove(id: string): Promise<void> {
    await this.#tried(async (database) => {
      await database.delete(STORE, id);
      return true;
    });
  }

  async close(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    this.#isClosed = true;
    (await database?.catch(() => null))?.close();
  }

  /** A connection may die in the middle (`UnknownError`, a cleared profile): one new one is tried, then null. */
  async #tried<T>(call: (database: IDBPDatabase) => Promise<T>): Promise<T | null> {
    for (let attempt = 0; attempt < 2 && !this.#isClosed; attempt++) {
      try {
        return await call(await this.#opened());
      } catch {
        const database = this.#database;
        this.#database = null;
        database?.then((broken) => broken.close()).catch(() => {});
      }
    }
    return null;
  }

  #opened(): Promise<IDBPDatabase> {
    if (!this.#factory) {
      throw new DOMException("no databases here", "SecurityError");
    }
    this.#database ??= openDatabase(this.#factory, this.#clock, {
      name: this.#name,
      version: 1,
      build: (database) => database.createObjectStore(STORE, { keyPath: "id" }),
      replaceable: false, // what waits here is nowhere else
      gone: (isForGood) => {
        this.#database = null;
        if (isForGood && !this.#isClosed) {
          this.#isClosed = true;
          this.#wiped();
        }
      },
    });
    return this.#database;
  }
}

function isEntry(row: unknown): row is Entry {
  const entry = row as Partial<Entry> | null;
  return (
    typeof entry?.id === "string" &&
    typeof entry.number_id === "string" &&
    typeof entry.contact_id === "string" &&
    typeof entry.created_at === "number" &&
    typeof entry.content === "object"
  );
}
