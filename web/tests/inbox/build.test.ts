/** What the build promises: the weight of the first view, and the list of what opens offline. */
import { expect, test } from "vitest";
import { precached } from "../../tools/precache";
import { firstView } from "../../tools/weight";

const chunk = (fileName: string, over: object = {}) => ({
  fileName,
  name: "",
  code: fileName,
  imports: [],
  moduleIds: [],
  ...over,
});

test("the first view is the entry, all it imports, and the heaviest language", () => {
  const weighed = firstView([
    chunk("page.js", { name: "page", imports: ["shared.js"] }),
    chunk("shared.js", { imports: ["deep.js"] }),
    chunk("deep.js", { imports: ["shared.js"] }),
    chunk("settings.js"),
    chunk("en.js", { moduleIds: ["/w/phrases/en/inbox.po"], code: "short" }),
    chunk("de.js", { moduleIds: ["/w/phrases/de/inbox.po"], code: "much longer" }),
  ]);
  expect([...weighed.keys()].sort()).toEqual(["de.js", "deep.js", "page.js", "shared.js"]);
  expect([...weighed.values()].every((size) => size > 0)).toBe(true);
});

test("everything that is built opens offline, but for the worker itself and maps", () => {
  expect(precached(["index.html", "offline.js", "assets/page-1.js", "assets/page-1.js.map", "icon.svg"])).toEqual([
    "/",
    "/assets/page-1.js",
    "/icon.svg",
  ]);
});
