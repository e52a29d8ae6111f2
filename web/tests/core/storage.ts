/** Storage as browsers have it on a bad day, for tests. */
import { IDBFactory } from "fake-indexeddb";

/** Storage that is denied: a private window, a policy, a frame of another site. */
export function denied(): IDBFactory {
  const factory = new IDBFactory();
  factory.open = () => {
    throw new DOMException("denied", "SecurityError");
  };
  return factory;
}

/** A factory whose databases fail as Chromium's do when the disk goes away underneath. */
export class Fragile extends IDBFactory {
  isBroken = false;
  /** How many transactions still fail. */
  failures = 0;

  override open(name: string, version?: number): IDBOpenDBRequest {
    if (this.isBroken) throw new DOMException("Internal error opening backing store", "UnknownError");
    const request = super.open(name, version);
    request.addEventListener("success", () => {
      const database = request.result;
      const transaction = database.transaction.bind(database);
      database.transaction = (...asked) => {
        if (this.isBroken || this.failures-- > 0) throw new DOMException("Internal error", "UnknownError");
        return transaction(...asked);
      };
    });
    return request;
  }
}

/** The raw database, as another program would open it. */
export function raw(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What a store holds, by key. */
export function contents(database: IDBDatabase, store: string): Promise<Map<unknown, unknown>> {
  return new Promise((resolve, reject) => {
    const reading = database.transaction(store).objectStore(store);
    const [keys, values] = [reading.getAllKeys(), reading.getAll()];
    values.onsuccess = () => resolve(new Map(keys.result.map((key, n) => [key, values.result[n]])));
    values.onerror = () => reject(values.error);
  });
}

/** Put something where it does not belong. */
export function put(database: IDBDatabase, store: string, key: string, value: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const writing = database.transaction(store, "readwrite");
    writing.objectStore(store).put(value, key);
    writing.oncomplete = () => resolve();
    writing.onabort = () => reject(writing.error);
  });
}
