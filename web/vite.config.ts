/** Builds the page that the api process serves; tests run with the same resolution. */
import { resolve } from "node:path";
import { lingui } from "@lingui/vite-plugin";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

const here = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  root: here("inbox"),
  publicDir: here("inbox/public"),
  plugins: [preact(), lingui()],
  resolve: { alias: { "@core": here("core"), "@inbox": here("inbox"), "@phrases": here("phrases") } },
  build: {
    outDir: here("dist/page"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy of the page allows nothing inline
    modulePreload: { polyfill: false },
    target: "es2023",
  },
});
