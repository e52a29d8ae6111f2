/** Everything that a browser holds of a page, as text: what is drawn, stored and cached. */
import type { Page } from "@playwright/test";

export interface Kept {
  /** Names of its databases. */
  databases: string[];
  /** Keys of its small storage. */
  keys: string[];
  /** All of it, to look for what should not be there. */
  text: string;
}

export async function kept(page: Page): Promise<Kept> {
  return await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const parts: unknown[] = [document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }];
    for (const field of document.querySelectorAll("input, textarea")) parts.push((field as HTMLInputElement).value);
    const databases = (await indexedDB.databases()).map(({ name }) => name ?? "");
    for (const name of databases) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const shelf = database.transaction(store).objectStore(store);
        parts.push(await done(shelf.getAllKeys()), await done(shelf.getAll()));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        parts.push(request.url);
        if (!/\/assets\//.test(request.url)) parts.push(await (await cache.match(request))?.text());
      }
    }
    return { databases, keys: Object.keys(localStorage), text: JSON.stringify(parts) };
  });
}
