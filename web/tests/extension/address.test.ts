/** Addresses as people type them, and servers that are what they say. */
import { describe, expect, test } from "vitest";
import { hostPattern, look, readAddress } from "../../extension/address";

describe("an address", () => {
  test.each([
    ["https://inbox.example.com", "https://inbox.example.com"],
    ["  inbox.example.com/ ", "https://inbox.example.com"],
    ["INBOX.example.com:8443", "https://inbox.example.com:8443"],
    ["https://inbox.example.com/#/settings?x=1", "https://inbox.example.com"],
    ["localhost:8080", "http://localhost:8080"],
    ["127.0.0.1:8080/", "http://127.0.0.1:8080"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["https://localhost", "https://localhost"],
  ])("%j is %s", (typed, origin) => {
    expect(readAddress(typed)).toEqual({ origin });
  });

  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["http://inbox.example.com", "insecure"],
    ["http://localhost.example.com", "insecure"],
    ["http://192.168.0.7:8080", "insecure"],
    ["ftp://inbox.example.com", "malformed"],
    ["javascript://alert", "malformed"],
    ["https://me:secret@inbox.example.com", "malformed"],
    ["https://me@inbox.example.com", "malformed"],
    ["inbox example", "malformed"],
    ["https://", "malformed"],
    ["x".repeat(3_000), "malformed"],
  ])("%j is %s", (typed, problem) => {
    expect(readAddress(typed)).toEqual({ problem });
  });

  test("the browser is asked for one host, whatever its port", () => {
    expect(hostPattern("https://inbox.example.com:8443")).toBe("https://inbox.example.com/*");
    expect(hostPattern("http://127.0.0.1:8080")).toBe("http://127.0.0.1/*");
  });
});

describe("what answers there", () => {
  const answering =
    (body: BodyInit, status = 200) =>
    async () =>
      new Response(body, { status });

  test.each([
    [JSON.stringify({ info: { title: "Cloud Inbox" } }), 200, "inbox"],
    [JSON.stringify({ info: { title: "Petstore" } }), 200, "other"],
    ["<!doctype html>", 200, "other"],
    [JSON.stringify({ info: { title: "Cloud Inbox" } }), 500, "other"],
    ["null", 200, "other"],
  ])("%s with %i is %s", async (body, status, found) => {
    expect(await look("https://inbox.example.com", answering(body, status))).toBe(found);
  });

  test("no answer is silence", async () => {
    expect(await look("https://x", () => Promise.reject(new TypeError("Failed to fetch")))).toBe("silent");
  });

  test("it is asked without anybody's cookies, and not led elsewhere", async () => {
    const asked: [string, RequestInit | undefined][] = [];
    await look("https://x", async (input, how) => {
      asked.push([String(input), how]);
      return new Response("{}");
    });
    expect(asked[0]?.[0]).toBe("https://x/openapi.json");
    expect(asked[0]?.[1]).toMatchObject({ credentials: "omit", redirect: "error" });
  });
});
