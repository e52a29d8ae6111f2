/** Requests of the inbox in its frame go to one server, and the worker hears of those that matter to the count. */
import { describe, expect, test } from "vitest";
import { onlyTo } from "../../../extension/frame/environment";

function desk(status = 200) {
  const asked: string[] = [];
  const stirred: boolean[] = [];
  const fetch = onlyTo(
    "https://x",
    async (request) => {
      asked.push((request as Request).url);
      return new Response(null, { status });
    },
    (numbers) => void stirred.push(numbers),
  );
  return { asked, stirred, fetch };
}

test("another server is never asked", async () => {
  const { asked, fetch } = desk();
  await expect(fetch("https://x.example.com/v1/numbers")).rejects.toThrow(TypeError);
  await expect(fetch("http://x/v1/numbers")).rejects.toThrow(TypeError);
  await expect(fetch(new Request("https://y/"))).rejects.toThrow(TypeError);
  expect(asked).toEqual([]);
});

describe("the worker hears", () => {
  test.each([
    ["GET", "/v1/numbers/n/changes?since=1", [false]],
    ["GET", "/v1/numbers/n/snapshot", [false]],
    ["POST", "/v1/numbers/n/conversations/c/read", [false]],
    ["POST", "/v1/numbers", [true]],
    ["DELETE", "/v1/numbers/n", [true]],
    ["GET", "/v1/numbers", []],
    ["GET", "/v1/numbers/n/conversations/c/messages", []],
  ])("%s %s", async (method, path, heard) => {
    const { stirred, fetch } = desk();
    await fetch(`https://x${path}`, { method });
    expect(stirred).toEqual(heard);
  });

  test("nothing of what was refused", async () => {
    const { stirred, fetch } = desk(422);
    await fetch("https://x/v1/numbers", { method: "POST" });
    expect(stirred).toEqual([]);
  });
});
