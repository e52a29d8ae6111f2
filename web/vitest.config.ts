/** How the tests of core and of the views run. */
import { defineConfig, mergeConfig } from "vitest/config";
import page from "./vite.config.ts";

export default mergeConfig(
  page,
  defineConfig({
    root: import.meta.dirname,
    test: {
      projects: [
        { extends: true, test: { name: "core", include: ["tests/core/**/*.test.ts"], environment: "node" } },
        {
          extends: true,
          test: {
            name: "views",
            include: ["tests/{inbox,extension,phrases}/**/*.test.{ts,tsx}"],
            environment: "happy-dom",
            server: { deps: { inline: ["virtua"] } }, // it asks for React, which is Preact here
          },
        },
      ],
    },
  }),
);
