/** Browser tests: the page and the extension in Chromium, against the real services and the simulator. */
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "tests/e2e/results",
  fullyParallel: false,
  workers: 3, // they wait more than they work
  forbidOnly: Boolean(process.env["CI"]),
  // A browser on a busy machine may lose a race with itself once; what needed a second run is reported as flaky.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    viewport: { width: 1280, height: 800 },
    trace: { mode: "retain-on-failure", screenshots: false }, // a film of every step takes a sixth of the time
    launchOptions: {
      executablePath: process.env["INBOX_TEST_CHROMIUM"] ?? "/usr/bin/chromium",
      chromiumSandbox: false,
    },
  },
});
