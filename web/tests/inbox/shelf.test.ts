// @vitest-environment node
/** The files a browser keeps of the page: which, for how long, and what is never answered from them. */

import { Shelf } from "@inbox/shelf";
import { beforeEach, expect, test, vi } from "vitest";

const ORIGIN = "https://inbox.test";
const FILES = ["/", "/assets/page-1.js", "/icon.svg"];

/** Caches as a browser has them, in memory; what is kept under a path is its text. */
class Caches {
  readonly kept = new Map<string, Map<string, string>>();
  readonly fetched: Request[] = [];

  async open(name: string) {
    const files = this.kept.get(name) ?? new Map<string, string>();
    this.kept.set(name, files);
    return {
      addAll: async (requests: Request[]) => {
        this.fetched.push(...requests);
        for (const { url } of requests) files.set(url, `${name} ${url}`);
      },
      match: async (url: string, options?: CacheQueryOptions) => found(files.get(url), options),
    };
  }

  async match({ url }: Request, options?: CacheQueryOptions) {
    for (const files of this.kept.values()) if (files.has(url)) return found(files.get(url), options);
    return undefined;
  }

  async keys() {
    return [...this.kept.keys()];
  }

  async delete(name: string) {
    return this.kept.delete(name);
  }
}

/** Everything was answered with `Vary: Origin` to somebody who sent none, as happens behind proxies. */
const found = (text: string | undefined, options?: CacheQueryOptions) =>
  text === undefined || !options?.ignoreVary ? undefined : new Response(text);

let caches: Caches;
let network: (request: Request) => Promise<Response>;

const shelf = (version = "b") =>
  new Shelf({
    caches: caches as unknown as CacheStorage,
    fetch: ((request: Request) => network(request)) as typeof fetch,
    origin: ORIGIN,
    files: FILES,
    version,
  });

const answer = async (path: string, init?: RequestInit, from = shelf()) =>
  (await from.answer(new Request(path.startsWith("http") ? path : ORIGIN + path, init)))?.text() ?? null;

beforeEach(() => {
  caches = new Caches();
  network = async ({ url }) => new Response(`fresh ${url}`);
});

test("with the network off the page opens, whatever stands behind its address", async () => {
  await shelf().fill();
  network = () => Promise.reject(new TypeError("no network"));
  expect(await answer("/")).toBe(`cloud-inbox-b ${ORIGIN}/`);
  expect(await answer("/?invite=1")).toBe(`cloud-inbox-b ${ORIGIN}/`);
  expect(await answer("/assets/page-1.js")).toBe(`cloud-inbox-b ${ORIGIN}/assets/page-1.js`);
});

test("with a server the page is the server's, also when an older one is kept", async () => {
  await shelf().fill();
  expect(await answer("/")).toBe(`fresh ${ORIGIN}/`);
});

test("a wall in between may lead to its own sign-in", async () => {
  await shelf().fill();
  const led = Object.defineProperty(new Response("elsewhere"), "type", { value: "opaqueredirect" });
  Object.defineProperty(led, "ok", { value: false });
  network = async () => led;
  expect(await answer("/")).toBe("elsewhere");
});

test("a server that is restarting, or too slow, does not keep the page from opening", async () => {
  await shelf().fill();
  network = async () => new Response("bad gateway", { status: 502 });
  expect(await answer("/")).toBe(`cloud-inbox-b ${ORIGIN}/`);

  vi.useFakeTimers();
  network = () => new Promise(() => {});
  const opened = answer("/");
  await vi.advanceTimersByTimeAsync(1500);
  vi.useRealTimers();
  expect(await opened).toBe(`cloud-inbox-b ${ORIGIN}/`);
});

test("parts are taken from the shelf, also those of the build before", async () => {
  await (await caches.open("cloud-inbox-a")).addAll([new Request(`${ORIGIN}/assets/settings-0.js`)]);
  await shelf().fill();
  expect(await answer("/assets/settings-0.js")).toBe(`cloud-inbox-a ${ORIGIN}/assets/settings-0.js`);
  expect(await answer("/assets/unknown.js")).toBe(`fresh ${ORIGIN}/assets/unknown.js`);
});

test.each([
  "/v1/session",
  "/v1/numbers/1/snapshot",
  "/openapi.json",
  "/docs",
  "/static/page.css",
  "https://elsewhere.test/",
])("%s is none of the shelf's business", async (path) => {
  await shelf().fill();
  expect(await answer(path)).toBeNull();
});

test("only what is read is answered", async () => {
  await shelf().fill();
  expect(await answer("/", { method: "POST" })).toBeNull();
});

test("this build and the one before are kept, older ones and nobody else's are dropped", async () => {
  for (const name of ["cloud-inbox-1", "somebody-elses", "cloud-inbox-2", "cloud-inbox-3"]) await caches.open(name);
  const newest = shelf("4");
  await newest.fill();
  await newest.tidy();
  expect(await caches.keys()).toEqual(["somebody-elses", "cloud-inbox-3", "cloud-inbox-4"]);
});

test("files are asked for anew when a build is put on the shelf", async () => {
  await shelf().fill();
  expect(caches.fetched.map(({ url }) => url)).toEqual(FILES.map((file) => ORIGIN + file));
  expect(caches.fetched.every(({ cache }) => cache === "no-cache")).toBe(true);
});
