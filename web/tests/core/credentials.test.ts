import { openApi } from "@core/api";
import { Credentials } from "@core/credentials";
import { expect, test } from "vitest";
import { stage } from "../stage";

async function signedUp() {
  const around = stage();
  const credentials = new Credentials(around.keep);
  const api = openApi({
    origin: around.server.origin,
    fetch: around.server.fetch,
    clock: around.clock,
    secret: () => credentials.session,
    heard: () => {},
    unauthenticated: () => {},
  });
  await credentials.become(await credentials.signUp(api, { agent_name: "Ada" }));
  return { ...around, credentials, api };
}

test("whoever signs up is known at the next visit", async () => {
  const { credentials, keep } = await signedUp();
  const again = await new Credentials(keep).read();
  expect(again).toEqual(credentials.signIn.value);
  expect(again?.agent.name).toBe("Ada");
  await credentials.become(null);
  expect(await new Credentials(keep).read()).toBeNull();
});

test("a token made here may read and go live, ends with the session, and is revoked when it is let go", async () => {
  const { credentials, api, server } = await signedUp();
  const secret = await credentials.makeToken(api, "mine");
  expect(credentials.live.value).toBe(true);
  expect(server.credentials.get(secret)).toMatchObject({
    scopes: ["read", "live"],
    session_id: credentials.signIn.value?.session_id,
  });
  const token = await credentials.dropToken();
  expect(credentials.live.value).toBe(false);
  await credentials.revoke(api, token);
  expect(server.credentials.has(secret)).toBe(false);
});

test("a token of another workspace is not taken", async () => {
  const { credentials, api } = await signedUp();
  const { token } = await api.post("/v1/tokens", {
    body: { name: "x", scopes: ["read", "live"], ends_with_session: false },
  });
  const signIn = credentials.signIn.value;
  if (signIn) await credentials.become({ ...signIn, workspace_id: "w2" });
  await expect(credentials.takeToken(api, token)).rejects.toMatchObject({ code: "other_workspace" });
  expect(credentials.token).toBeNull();
});
