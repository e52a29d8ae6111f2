/** The worker asks as the browser is signed in, and leaves nothing behind when it is not. */
import { expect, test } from "vitest";
import { changeSettings, keepFor } from "../../../extension/settings";
import { ServerDoor } from "../../../extension/worker/door";
import { type Account, Denied } from "../../../extension/worker/watch";
import { conversation } from "../conversation";
import { MemoryStore } from "../ports";

const ORIGIN = "https://x";
const ACCOUNT: Account = { origin: ORIGIN, session: "s", token: null };
const SIGN_IN = { session: "s", session_id: "1", agent: { id: "a", name: "Ben" }, workspace_id: "w" };
const unreachable = () => Promise.reject(new TypeError("Failed to fetch"));

async function signedIn(more = {}): Promise<MemoryStore> {
  const store = new MemoryStore();
  await changeSettings(store, { origin: ORIGIN });
  await keepFor(store, ORIGIN).set("sign-in", { ...SIGN_IN, ...more });
  return store;
}

test("nobody, while no server is named or nobody is signed in there", async () => {
  const store = new MemoryStore();
  const door = new ServerDoor(store, unreachable);
  expect(await door.account()).toBeNull();
  await changeSettings(store, { origin: ORIGIN });
  expect(await door.account()).toBeNull();
});

test("the session that the inbox keeps, and its token where there is one", async () => {
  expect(await new ServerDoor(await signedIn(), unreachable).account()).toEqual(ACCOUNT);
  const live = await signedIn({ token: { id: "t", secret: "live" } });
  expect(await new ServerDoor(live, unreachable).account()).toEqual({ ...ACCOUNT, token: "live" });
});

test("a session that is not good any more is told apart from everything else that goes wrong", async () => {
  const answering = (status: number) =>
    new ServerDoor(new MemoryStore(), async () => new Response("{}", { status })).get(ACCOUNT, "/v1/numbers");
  await expect(answering(401)).rejects.toThrow(Denied);
  await expect(answering(503)).rejects.not.toThrow(Denied);
  expect(await answering(200)).toEqual({});
});

test("the secret goes into the header, to that server, and is led nowhere else", async () => {
  const asked: [string, RequestInit | undefined][] = [];
  const door = new ServerDoor(new MemoryStore(), async (input, how) => {
    asked.push([String(input), how]);
    return new Response("{}");
  });
  await door.get(ACCOUNT, "/v1/numbers");
  expect(asked[0]?.[0]).toBe("https://x/v1/numbers");
  expect(asked[0]?.[1]).toMatchObject({
    headers: { Authorization: "Bearer s" },
    credentials: "omit",
    redirect: "error",
  });
});

test("the count outlives the worker, and goes with the sign-in", async () => {
  const store = await signedIn();
  const door = new ServerDoor(store, unreachable);
  const tally = await door.tally(ACCOUNT);
  tally.replace("n", [conversation()]);
  await door.keep(ACCOUNT, tally);
  expect((await new ServerDoor(store, unreachable).tally(ACCOUNT)).count).toBe(1);
  await keepFor(store, ORIGIN).remove("sign-in");
  expect(await door.account()).toBeNull();
  expect([...store.held.keys()]).toEqual(["settings"]);
  expect((await door.tally(ACCOUNT)).count).toBe(0);
});
