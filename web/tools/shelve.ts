/** Puts what the server hands out beside the page: the documentation's viewer, and everything compressed beforehand. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const web = resolve(import.meta.dirname, "..");
const docs = join(web, "dist/docs");
const SMALLEST_B = 512; // below that the headers weigh more than what is saved
const TEXT = /\.(js|css|html|json|svg|webmanifest)$/;

mkdirSync(docs, { recursive: true });
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
  cpSync(join(web, "node_modules/swagger-ui-dist", name), join(docs, name));
}

for (const folder of ["dist/page", "dist/docs"]) {
  for (const name of readdirSync(join(web, folder), { recursive: true, encoding: "utf8" })) {
    const path = join(web, folder, name);
    if (!TEXT.test(name) || statSync(path).size < SMALLEST_B) continue;
    const plain = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
    );
  }
}
