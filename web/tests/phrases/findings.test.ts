/** Whatever the connection check can find has its words in every language. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { entries } from "./reading";

const WEB = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(resolve(WEB, path), "utf8");

test.each(["en", "de"])("in %s", (language) => {
  const ids = new Set(entries(read(`phrases/${language}/settings.po`)).map(({ id }) => id));
  const codes: string[] = JSON.parse(read("schema/openapi.json")).components.schemas.Hop.properties.code.enum;
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !ids.has(`hop.${code}.title`) || !ids.has(`hop.${code}.happened`))).toEqual([]);
});
