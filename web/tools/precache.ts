/** Tells the service worker which files this build consists of, so that the page opens with the network off. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const WORKER = "offline.js";
const FILES = "__FILES__";
const VERSION = "__VERSION__";

interface Options {
  /** Files that are handed out as they are. */
  publicFolder: string;
}

/** Every file of the build but the worker itself, as paths of the page. */
export function precached(files: Iterable<string>): string[] {
  return [...files]
    .filter((file) => file !== WORKER && !file.endsWith(".map"))
    .map((file) => (file === "index.html" ? "/" : `/${file}`))
    .sort();
}

export function precache({ publicFolder }: Options): Plugin {
  return {
    name: "precache",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const contents = new Map<string, string | Uint8Array>();
      for (const part of Object.values(bundle))
        contents.set(part.fileName, part.type === "chunk" ? part.code : part.source);
      for (const name of readdirSync(publicFolder)) contents.set(name, readFileSync(join(publicFolder, name)));
      const worker = bundle[WORKER];
      if (worker?.type !== "chunk") return this.error(`the build has no ${WORKER}`);
      if (worker.imports.length > 0) return this.error(`${WORKER} has to stand alone: it is no module`);

      const files = precached(contents.keys());
      const digest = createHash("sha256");
      for (const [name, content] of [...contents].sort(([a], [b]) => (a < b ? -1 : 1)))
        digest.update(name).update(content);
      const version = digest.digest("hex").slice(0, 16);
      if (!worker.code.includes(FILES) || !worker.code.includes(VERSION)) return this.error(`${WORKER} names no files`);
      // The list stands in a string, and what quotes that string is the minifier's choice: no quote may be in it.
      worker.code = worker.code.replace(FILES, files.join(" ")).replace(VERSION, version);
    },
  };
}
