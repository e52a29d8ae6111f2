/** Where the words of the page are, for the tools that read them. */
import { defineConfig } from "@lingui/cli";

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de"],
  catalogs: ["inbox", "settings", "extension"].map((name) => ({ path: `phrases/{locale}/${name}`, include: [] })),
});
