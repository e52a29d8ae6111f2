/** The service worker: the files of the page are kept here, so that it opens with the network off. Never what anybody wrote. */

// Only the types of a worker are missing from the page's world; they are few.
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", hear: (event: Waiting) => void): void;
  addEventListener(type: "fetch", hear: (event: Fetching) => void): void;
}

// Filled in by the build, see tools/precache.ts.
const FILES = "__FILES__".split(" ");
const NAME = "cloud-inbox-__VERSION__";

const OURS = "cloud-inbox-";
const KEPT_MAX = 2; // a page of the build before may still be open and need its parts
const PATIENCE_MS = 1500; // longer than that a line is as good as none for opening the page

const worker = globalThis as unknown as Worker;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOldFiles().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !FILES.includes(pathname)) {
    // Parts of the build before are kept, too; everything else is none of our business.
    if (origin === location.origin && pathname.startsWith("/assets/")) event.respondWith(keptFirst(request));
    return;
  }
  event.respondWith(pathname.startsWith("/assets/") ? keptFirst(request) : freshFirst(request, pathname));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })));
}

async function dropOldFiles(): Promise<void> {
  const ours = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== NAME);
  // Keys come in the order of making.
  await Promise.all(ours.slice(0, Math.max(0, ours.length - (KEPT_MAX - 1))).map((name) => caches.delete(name)));
}

/** Parts are named by what is in them: the kept one is the right one. */
async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** What keeps its name through builds: the server's, unless it does not answer soon and well. */
async function freshFirst(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(NAME);
  const kept = await cache.match(path);
  if (!kept) return fetch(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  const fresh = fetch(request).then(
    (answer) => (answer.ok ? answer : kept),
    () => kept,
  );
  return Promise.race([fresh, late]);
}
