/** The files of a build, kept by the browser so that the page opens without its server. Never what anybody wrote. */

const OURS = "cloud-inbox-";
const KEPT_MAX = 2; // a page of the build before may still be open and need its parts
// Servers and proxies vary their answers by encoding and by origin: a file of ours is the same for everybody.
const ANY_ASKER = { ignoreVary: true };
const PATIENCE_MS = 1500; // a line that is slower is as good as none for opening a page

interface Surroundings {
  caches: CacheStorage;
  fetch: typeof fetch;
  origin: string;
  /** Paths of all files of this build; `/` is the page itself. */
  files: readonly string[];
  version: string;
}

export class Shelf {
  readonly #around: Surroundings;
  readonly #name: string;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#name = OURS + around.version;
  }

  /** All files or none: half a page is no page. */
  async fill(): Promise<void> {
    const { caches, files, origin } = this.#around;
    const cache = await caches.open(this.#name);
    await cache.addAll(files.map((file) => new Request(origin + file, { cache: "no-cache" })));
  }

  /** Builds from before the last one go. */
  async tidy(): Promise<void> {
    const { caches } = this.#around;
    // Their names come in the order of making.
    const others = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== this.#name);
    const gone = others.slice(0, Math.max(0, others.length - (KEPT_MAX - 1)));
    await Promise.all(gone.map((name) => caches.delete(name)));
  }

  /** Null for what is none of ours: the API, its documentation, and everything elsewhere. */
  answer(request: Request): Promise<Response> | null {
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== this.#around.origin) return null;
    if (pathname.startsWith("/assets/")) return this.#keptFirst(request);
    return this.#around.files.includes(pathname) ? this.#freshFirst(request, pathname) : null;
  }

  /** Named by what is in them: the kept one is the right one, whichever build it is of. */
  async #keptFirst(request: Request): Promise<Response> {
    return (await this.#around.caches.match(request, ANY_ASKER)) ?? this.#around.fetch(request);
  }

  /** What keeps its name through builds is the server's, unless that does not answer soon and well. */
  async #freshFirst(request: Request, path: string): Promise<Response> {
    const { caches, origin } = this.#around;
    const kept = await (await caches.open(this.#name)).match(origin + path, ANY_ASKER);
    if (!kept) return this.#around.fetch(request);
    const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
    const fresh = this.#around.fetch(request).then(
      // A redirect is a wall's in between: behind it nothing works before somebody has passed it.
      (answer) => (answer.ok || answer.type === "opaqueredirect" ? answer : kept),
      () => kept,
    );
    return Promise.race([fresh, late]);
  }
}
