/** What the extension is to the browsers: its permissions, its pages, and how both builds are made. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { lingui } from "@lingui/vite-plugin";
import preact from "@preact/preset-vite";
import { defineConfig } from "wxt";
import { png } from "./icon/png.ts";
import { paint } from "./icon/raster.ts";
import { SHAPES } from "./icon/shape.ts";

const web = resolve(import.meta.dirname, "..");
const ICON_SIZES = [16, 32, 48, 128];
const ICONS = Object.fromEntries(ICON_SIZES.map((size) => [size, `icon/${size}.png`]));
const OVERLAID = "https://web.whatsapp.com/*";
const MADE_AT_HOME = ["http://localhost/*", "http://127.0.0.1/*"];

// The server may be at any address that a person names, so `connect-src` cannot be narrower than what the options page
// accepts. Everything else is our own, and nobody but WhatsApp Web may frame us.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https: wss: http://localhost:* http://127.0.0.1:* ws://localhost:* ws://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self' https://web.whatsapp.com",
].join("; ");

// Half of a key pair whose other half nobody has: an unpacked copy has the same id on every machine, for
// INBOX_EXTENSION_IDS. A store puts its own in its place.
const KEY =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvtz5TJ/9bbEIGp0bvWc7DnT2HWyrUJRvpA+FvEEifASR6ekcg097DjmpZm4na6iJc7AxXc5g" +
  "OJU9UZcdSAUb5KlnZHkCRSw4LwZSaAe+3i6FXBw0mPXXXLnMb57IveIaijn/V7Lc7HiiKHlP23OtUWiyo7pb+yeFBwtF5hOwYZH6L2qjRUfuDuTSQb/l" +
  "H2i13mE9aNaxzUeGVau+t5QyNx/ea8XSZLRle0MO8hMFDDFg5vBVwcJ4G+kdaHbAU+gFSS7oC+2LhKrehN220KmA3pfTHtBsSdSaPwZrLUi5TS2QTzlM" +
  "sWD2vvxhozRE4KalFYRpjkZ8n3lm+vOcSqtQgQIDAQAB";

/** One version for the whole project. */
function version(): string {
  const found = /^version = "(.+)"$/m.exec(readFileSync(resolve(web, "../pyproject.toml"), "utf8"));
  if (!found?.[1]) throw new Error("pyproject.toml names no version");
  return found[1];
}

export default defineConfig({
  imports: false,
  manifestVersion: 3,
  outDir: "../dist/extension",
  outDirTemplate: "{{browser}}",
  zip: { name: "cloud-inbox", artifactTemplate: "{{name}}-{{browser}}.zip", zipSources: false },
  vite: () => ({
    plugins: [preact(), lingui()],
    resolve: {
      alias: {
        "@core": resolve(web, "core"),
        "@inbox": resolve(web, "inbox"),
        "@phrases": resolve(web, "phrases"),
      },
    },
    // As new as the manifest demands: anything older would have `light-dark` rewritten into what `!important` breaks.
    build: { target: ["chrome126", "firefox140"], assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  }),
  hooks: {
    "build:done": (wxt) => {
      mkdirSync(resolve(wxt.config.outDir, "icon"), { recursive: true });
      for (const size of ICON_SIZES) {
        writeFileSync(resolve(wxt.config.outDir, `icon/${size}.png`), png(paint(SHAPES, size), size));
      }
    },
  },
  manifest: ({ browser }) => ({
    name: "__MSG_name__",
    description: "__MSG_description__",
    default_locale: "en",
    version: version(),
    icons: ICONS,
    action: { default_icon: ICONS, default_title: "__MSG_name__" },
    permissions: ["storage", "alarms"],
    optional_permissions: ["notifications"],
    optional_host_permissions: ["https://*/*", ...MADE_AT_HOME],
    content_scripts: [{ matches: [OVERLAID], js: ["dock.js"], run_at: "document_start" }],
    // A dynamic address, which Firefox does not know, stays blank on pages with Cross-Origin-Embedder-Policy.
    web_accessible_resources: [
      { resources: ["inbox.html"], matches: [OVERLAID], ...(browser !== "firefox" && { use_dynamic_url: false }) },
    ],
    content_security_policy: { extension_pages: POLICY },
    commands: {
      "toggle-inbox": { suggested_key: { default: "Alt+Shift+C" }, description: "__MSG_toggle__" },
    },
    ...(browser === "firefox"
      ? {
          browser_specific_settings: {
            gecko: {
              id: "cloud-inbox@extension.invalid",
              strict_min_version: "140.0",
              data_collection_permissions: { required: ["none"] },
            },
          },
        }
      : { key: KEY, minimum_chrome_version: "126" }),
  }),
});
