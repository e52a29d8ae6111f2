/** Refuses a build whose first view makes the browser load more JavaScript than we promise. */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const FIRST_VIEW_B_MAX = 60 * 1024; // gzipped: half a second on a slow telephone line
const ENTRY = "page";
const WORDS = /\/phrases\/\w+\/inbox\.po$/;

interface Chunk {
  fileName: string;
  name: string;
  code: string;
  imports: string[];
  moduleIds: string[];
}

/** The entry, all it imports, and the heaviest of the languages, of which a reader loads one. */
export function firstView(chunks: readonly Chunk[]): Map<string, number> {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const weights = new Map<string, number>();
  const weigh = (chunk: Chunk | undefined) => {
    if (!chunk || weights.has(chunk.fileName)) return;
    weights.set(chunk.fileName, gzipSync(chunk.code, { level: 9 }).length);
    for (const file of chunk.imports) weigh(byFile.get(file));
  };
  weigh(chunks.find((chunk) => chunk.name === ENTRY));
  const languages = chunks.filter((chunk) => chunk.moduleIds.some((id) => WORDS.test(id)));
  weigh(languages.sort((a, b) => b.code.length - a.code.length)[0]);
  return weights;
}

export function weight(): Plugin {
  return {
    name: "first-view-weight",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const weights = firstView(chunks);
      const total = [...weights.values()].reduce((sum, one) => sum + one, 0);
      const table = [...weights].map(([file, size]) => `  ${String(size).padStart(6)} ${file}`).join("\n");
      this.info(`JavaScript of the first view: ${total} of ${FIRST_VIEW_B_MAX} bytes gzipped\n${table}`);
      if (weights.size === 0 || total > FIRST_VIEW_B_MAX) {
        this.error(`the first view weighs ${total} bytes gzipped; at most ${FIRST_VIEW_B_MAX} are promised\n${table}`);
      }
    },
  };
}
