/** The sign-in that is kept between visits. */
import { keepSignIn, keptSignIn, SIGN_IN_KEY } from "@core/signin";
import { expect, test } from "vitest";
import { MemoryKeep } from "../stage";

const SIGN_IN = {
  session: "cis_1",
  session_id: "s1",
  agent: { id: "a1", name: "Ada" },
  workspace_id: "w1",
  token: { id: "t1", secret: "cit_1", made_here: true },
};

test("what was kept is there at the next visit, until it is taken away", async () => {
  const keep = new MemoryKeep();
  await keepSignIn(keep, SIGN_IN);
  expect(await keptSignIn(keep)).toEqual(SIGN_IN);
  await keepSignIn(keep, null);
  expect(await keptSignIn(keep)).toBeNull();
});

test.each([
  ["nothing", null],
  ["a text", "cis_1"],
  ["no session", { ...SIGN_IN, session: "" }],
  ["no workspace", { ...SIGN_IN, workspace_id: undefined }],
  ["half an agent", { ...SIGN_IN, agent: { id: "a1" } }],
  ["a token without its secret", { ...SIGN_IN, token: { id: "t1" } }],
])("%s is no sign-in", async (_, kept) => {
  const keep = new MemoryKeep();
  await keep.set(SIGN_IN_KEY, kept);
  expect(await keptSignIn(keep)).toBeNull();
});

test("where storage is denied nobody is signed in", async () => {
  const keep = new MemoryKeep();
  keep.get = () => Promise.reject(new Error("denied"));
  expect(await keptSignIn(keep)).toBeNull();
});
