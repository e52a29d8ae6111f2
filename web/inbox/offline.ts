/** The service worker: what the browser asks for on behalf of the page is answered from the shelf where it must be. */
import { Shelf } from "./shelf";

// The little that a worker has and a page has not: the types of both worlds exclude each other.
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

const worker = globalThis as unknown as Worker;
const shelf = new Shelf({
  caches,
  fetch: (request) => fetch(request),
  origin: location.origin,
  // Both are filled in by the build, see tools/precache.ts.
  files: "__FILES__".split(" "),
  version: "__VERSION__",
});

worker.addEventListener("install", (event) => {
  event.waitUntil(shelf.fill().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(shelf.tidy().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const answer = shelf.answer(event.request);
  if (answer) event.respondWith(answer);
});
