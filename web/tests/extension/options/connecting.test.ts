/** From an address to a server that is kept, with no permission asked for that is not needed. */
import { describe, expect, test } from "vitest";
import type { Found } from "../../../extension/address";
import { connect, insist, type Steps } from "../../../extension/options/connecting";

function browser(found: Found, { allowed = false, grants = true, opened = found } = {}) {
  const asked: string[] = [];
  const kept: string[] = [];
  const givenBack: string[] = [];
  let open = allowed;
  const steps: Steps = {
    look: async () => (open ? opened : found),
    allowed: async () => open,
    async allow(pattern) {
      asked.push(pattern);
      open = grants;
      return grants;
    },
    giveBack: async (pattern) => void givenBack.push(pattern),
    keep: async (origin) => void kept.push(origin),
  };
  return { asked, kept, givenBack, steps };
}

describe("connect", () => {
  test("a server that lets us in is kept, and nobody is asked for anything", async () => {
    const { asked, kept, steps } = browser("inbox");
    expect(await connect("inbox.example.com", steps)).toEqual({ kept: "https://inbox.example.com", unlisted: false });
    expect(kept).toEqual(["https://inbox.example.com"]);
    expect(asked).toEqual([]);
  });

  test("what is no address, or no inbox, is not kept", async () => {
    const { kept, steps } = browser("other");
    expect(await connect("http://inbox.example.com", steps)).toEqual({ trouble: "insecure", origin: null });
    expect(await connect("", steps)).toEqual({ trouble: "empty", origin: null });
    expect(await connect("example.com", steps)).toEqual({ trouble: "other", origin: "https://example.com" });
    expect(kept).toEqual([]);
  });

  test("silence may have two reasons, unless the browser lets us in already", async () => {
    expect(await connect("example.com", browser("silent").steps)).toEqual({
      trouble: "silent",
      origin: "https://example.com",
    });
    expect(await connect("example.com", browser("silent", { allowed: true }).steps)).toMatchObject({
      trouble: "unreachable",
    });
  });
});

describe("insist", () => {
  test("asks for that one host, and says when the server does not know us", async () => {
    const { asked, kept, givenBack, steps } = browser("silent", { opened: "inbox" });
    expect(await insist("https://inbox.example.com:8443", steps)).toEqual({
      kept: "https://inbox.example.com:8443",
      unlisted: true,
    });
    expect(asked).toEqual(["https://inbox.example.com/*"]);
    expect(kept).toEqual(["https://inbox.example.com:8443"]);
    expect(givenBack).toEqual([]);
  });

  test("a refusal leaves everything as it was", async () => {
    const { kept, steps } = browser("silent", { grants: false });
    expect(await insist("https://example.com", steps)).toEqual({ trouble: "silent", origin: "https://example.com" });
    expect(kept).toEqual([]);
  });

  test("what was allowed for nothing is given back", async () => {
    for (const opened of ["other", "silent"] as const) {
      const { givenBack, steps } = browser("silent", { opened });
      await insist("https://example.com", steps);
      expect(givenBack).toEqual(["https://example.com/*"]);
    }
  });

  test("silence even then is nobody there", async () => {
    expect(await insist("https://example.com", browser("silent").steps)).toMatchObject({ trouble: "unreachable" });
  });
});
