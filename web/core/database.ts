/** Opening and deleting the browser's databases: within a time limit, closed for other tabs, rebuilt when corrupt. */
import { type IDBPDatabase, wrap } from "idb";
import type { Clock } from "./environment";

/** A healthy disk answers within milliseconds; past this the inbox goes on without. */
const OPEN_MS_MAX = 3_000;
/** Other tabs close their connections at once when told; one that is frozen lets go when it is thawed. */
const DELETE_MS_MAX = 2_000;
/** What a newer version, a torn disk or a half-built database looks like. */
const CORRUPT = new Set(["VersionError", "UnknownError", "DataError", "NotFoundError", "InvalidStateError"]);
const PREFIX = "cloud-inbox";

export interface Plan {
  name: string;
  version: number;
  /** Make the stores, in a database that has none. */
  build(database: IDBDatabase): void;
  /** Whether what is in it can be fetched again, so that a corrupt one is dropped. */
  replaceable: boolean;
  /** Told once when this connection is gone; for good if another tab deletes the database or upgrades it. */
  gone(isForGood: boolean): void;
}

/** The database of a workspace, for what belongs to no single number. */
export function workspaceName(workspace_id: string): string {
  return `${PREFIX} ${workspace_id}`;
}

/** The database of one number of a workspace. */
export function numberName(workspace_id: string, number_id: string): string {
  return `${PREFIX} ${workspace_id} ${number_id}`;
}

/** The open database; rejects where there is none to be had. */
export async function openDatabase(factory: IDBFactory, clock: Clock, plan: Plan): Promise<IDBPDatabase> {
  try {
    return await opened(factory, clock, plan);
  } catch (failure) {
    if (!plan.replaceable || !isCorrupt(failure)) {
      throw failure;
    }
    await deleteDatabase(factory, clock, plan.name);
    return await opened(factory, clock, plan);
  }
}

export function isCorrupt(failure: unknown): boolean {
  return failure instanceof Error && CORRUPT.has(failure.name);
}

/** Delete it, also while other tabs have it open; false when that is still pending when time is up. */
export async function deleteDatabase(factory: IDBFactory, clock: Clock, name: string): Promise<boolean> {
  try {
    await within(clock, DELETE_MS_MAX, wrap(factory.deleteDatabase(name)));
    return true;
  } catch {
    return false;
  }
}

/**
 * Delete everything kept for a workspace: all databases the browser lists, and those of `number_ids` where it lists none.
 *
 * What is in them is cleared before, because a deletion waits for a frozen tab and the contents must not.
 */
export async function wipeDatabases(
  factory: IDBFactory | null,
  clock: Clock,
  workspace_id: string,
  number_ids: readonly string[],
): Promise<boolean> {
  if (!factory) {
    return true;
  }
  const own = workspaceName(workspace_id);
  const names = new Set([own, ...number_ids.map((id) => numberName(workspace_id, id))]);
  for (const name of await listed(factory)) {
    if (name === own || name.startsWith(`${own} `)) {
      names.add(name);
    }
  }
  const wiped = await Promise.all(
    [...names].map(async (name) => {
      await within(clock, OPEN_MS_MAX, cleared(factory, name)).catch(() => {});
      return deleteDatabase(factory, clock, name);
    }),
  );
  return wiped.every(Boolean);
}

async function opened(factory: IDBFactory, clock: Clock, plan: Plan): Promise<IDBPDatabase> {
  const request = factory.open(plan.name, plan.version); // may throw by itself where storage is denied
  request.onupgradeneeded = () => {
    const database = request.result;
    for (const store of [...database.objectStoreNames]) {
      database.deleteObjectStore(store);
    }
    plan.build(database);
  };
  const opening = wrap(request) as unknown as Promise<IDBPDatabase>;
  try {
    const database = await within(clock, OPEN_MS_MAX, opening);
    let isTold = false;
    const end = (isForGood: boolean) => {
      database.close();
      if (!isTold) {
        isTold = true;
        plan.gone(isForGood);
      }
    };
    database.addEventListener("versionchange", () => end(true));
    database.addEventListener("close", () => end(false));
    return database;
  } catch (failure) {
    opening.then((late) => late.close()).catch(() => {});
    throw failure;
  }
}

async function cleared(factory: IDBFactory, name: string): Promise<void> {
  const database = (await wrap(factory.open(name))) as unknown as IDBPDatabase;
  try {
    const stores = [...database.objectStoreNames];
    if (stores.length > 0) {
      const all = database.transaction(stores, "readwrite");
      await Promise.all([...stores.map((store) => all.objectStore(store).clear()), all.done]);
    }
  } finally {
    database.close();
  }
}

async function listed(factory: IDBFactory): Promise<string[]> {
  try {
    // Not in every browser.
    return (await factory.databases?.())?.flatMap(({ name }) => name ?? []) ?? [];
  } catch {
    return [];
  }
}

async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T> {
  let forget = () => {};
  const late = new Promise<never>((_, reject) => {
    forget = clock.after(ms, () => reject(new DOMException("no answer in time", "TimeoutError")));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    forget();
  }
}
