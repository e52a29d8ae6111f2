import { openApi, Problem, Unreachable } from "@core/api";
import { expect, test } from "vitest";
import { ManualClock } from "../stage";

function door(answer: (request: Request) => Promise<Response> | Response) {
  const clock = new ManualClock();
  const heard: (string | null)[] = [];
  const ended: string[] = [];
  const asked: Request[] = [];
  const api = openApi({
    origin: "https://inbox.test",
    fetch: async (target, init) => {
      const request = new Request(target, init);
      asked.push(request);
      return answer(request);
    },
    clock,
    secret: () => "session",
    heard: (date) => heard.push(date),
    unauthenticated: (secret) => ended.push(secret),
  });
  return { api, clock, heard, ended, asked };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

test("a call answers with its body; the secret travels in a header, names in the path are escaped", async () => {
  const { api, asked, heard } = door(() => json({ numbers: [] }, 200, { date: "Sun, 01 Mar 2026 09:00:00 GMT" }));
  expect(await api.get("/v1/numbers")).toEqual({ numbers: [] });
  await api.get("/v1/numbers/{number_id}/conversations", { path: { number_id: "a/b" }, query: { q: "ü &", limit: 5 } });
  expect(asked[0]?.headers.get("authorization")).toBe("Bearer session");
  expect(asked[1]?.url).toBe("https://inbox.test/v1/numbers/a%2Fb/conversations?q=%C3%BC+%26&limit=5");
  expect(heard[0]).toBe("Sun, 01 Mar 2026 09:00:00 GMT");
});

test("a refusal is thrown as what the server said of it", async () => {
  const graph_error = { code: 190, message: "expired", explanation: "", advice: "" };
  const problem = { type: "", title: "Refused by Meta", status: 422, code: "graph", graph_error };
  const { api } = door(() => json(problem, 422, { "retry-after": "7" }));
  const refused = await api.get("/v1/numbers").catch((failure: unknown) => failure);
  expect(refused).toBeInstanceOf(Problem);
  expect(refused).toMatchObject({
    status: 422,
    code: "graph",
    title: "Refused by Meta",
    graph_error,
    retry_after_s: 7,
  });
});

test("a refusal by something in between still has a code", async () => {
  const { api } = door(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  await expect(api.get("/v1/numbers")).rejects.toMatchObject({ status: 502, code: "http_502", isPassing: true });
});

test("no answer, a late one, and a page of somebody else's are all no answer", async () => {
  const failing = door(() => Promise.reject(new TypeError("failed")));
  await expect(failing.api.get("/v1/numbers")).rejects.toBeInstanceOf(Unreachable);

  const wall = door(() => new Response("<h1>Welcome to the hotel</h1>", { headers: { "content-type": "text/html" } }));
  await expect(wall.api.get("/v1/numbers")).rejects.toBeInstanceOf(Unreachable);

  const silent = door(
    (request) =>
      new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(new Error("aborted")))),
  );
  const asking = expect(silent.api.get("/v1/numbers")).rejects.toBeInstanceOf(Unreachable);
  await silent.clock.pass(31_000);
  await asking;
});

test("only the session's own secret ends the session when it is not known", async () => {
  const { api, ended } = door(() => json({ code: "unauthenticated" }, 401));
  await expect(api.get("/v1/session", { secret: "pasted" })).rejects.toMatchObject({ status: 401 });
  expect(ended).toEqual([]);
  await expect(api.get("/v1/session")).rejects.toMatchObject({ status: 401 });
  expect(ended).toEqual(["session"]);
});

test("a wall in between that wants a password of its own ends no session", async () => {
  const { api, ended } = door(() => new Response("<h1>Authorization required</h1>", { status: 401 }));
  await expect(api.get("/v1/session")).rejects.toBeInstanceOf(Unreachable);
  expect(ended).toEqual([]);
});

test("no secret and no text of anybody is in an error's message", async () => {
  const { api } = door(() => json({ code: "invalid", title: "x", detail: "said 'my words'" }, 422));
  const failure = (await api.get("/v1/numbers").catch((each: unknown) => each)) as Error;
  expect(failure.message).toBe("invalid");
});
