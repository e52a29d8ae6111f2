/** Everything that a browser holds of a page, as text: what is drawn, stored and cached. */
import { expect, type Page } from "@playwright/test";

export interface Kept {
  /** Names of its databases. */
  databases: string[];
  /** Keys of its small storage. */
  keys: string[];
  /** What is written down, without what is drawn. */
  stored: string;
  /** All of it, to look for what should not be there. */
  text: string;
}

/** This is in one of the browser's databases by now. */
export async function expectStored(page: Page, words: string): Promise<void> {
  await expect.poll(async () => (await kept(page)).stored).toContain(words);
}

export async function kept(page: Page): Promise<Kept> {
  return await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const drawn: unknown[] = [document.documentElement.outerHTML];
    for (const field of document.querySelectorAll("input, textarea")) drawn.push((field as HTMLInputElement).value);
    const parts: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
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
    const stored = JSON.stringify(parts);
    return { databases, keys: Object.keys(localStorage), stored, text: JSON.stringify(drawn) + stored };
  });
}
