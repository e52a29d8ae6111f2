/** Builds the page that the api process serves; tests run with the same resolution. */
import { resolve } from "node:path";
import { lingui } from "@lingui/vite-plugin";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { precache } from "./tools/precache.ts";
import { weight } from "./tools/weight.ts";

const here = (path: string) => resolve(import.meta.dirname, path);
// Where `npx vite` finds a running server while the page is being worked on.
const server = process.env["INBOX_ORIGIN"] ?? "http://127.0.0.1:8080";

const ALIASES = {
  "@core": here("core"),
  "@inbox": here("inbox"),
  "@phrases": here("phrases"),
  ...Object.fromEntries(
    ["react/jsx-runtime", "react-dom", "react", "preact/compat"].map((name) => [name, here("inbox/react.ts")]),
  ),
};

export default defineConfig({
  root: here("inbox"),
  publicDir: here("inbox/public"),
  plugins: [
    preact({ reactAliasesEnabled: false }),
    lingui(),
    precache({ publicFolder: here("inbox/public") }),
    weight(),
  ],
  resolve: { alias: ALIASES },
  server: { proxy: { "/v1": { target: server, ws: true } } },
  build: {
    outDir: here("dist/page"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the policy of the page allows nothing inline
    modulePreload: { polyfill: false },
    target: "es2023",
    cssTarget: ["chrome123", "firefox121", "safari17.5"], // light-dark() as it is written
    rollupOptions: {
      input: { page: here("inbox/index.html"), offline: here("inbox/offline.ts") },
      output: {
        // A worker is found under one name for ever; everything else is named by what is in it.
        entryFileNames: ({ name }) => (name === "offline" ? "offline.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
