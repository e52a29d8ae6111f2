/** Meta can verify while the form is still being filled in, with what stands in it. */
import { openApi } from "@core/api";
import { Staging } from "@inbox/connect/staging";
import { expect, test } from "vitest";
import { settled, stage } from "../../stage";
import { Desk } from "../desk";

function staging() {
  const first = stage();
  const desk = new Desk(first.server);
  const { environment, clock, server } = stage({ ...first, fetch: desk.fetch });
  const api = openApi({ ...environment, secret: () => null, heard: () => {}, unauthenticated: () => {} });
  const told: unknown[] = [];
  return { desk, clock, server, told, staging: new Staging(api, clock, (answer) => told.push(answer)) };
}

test("a typed token is told once, when the typing pauses", async () => {
  const { desk, clock, told, staging: one } = staging();
  for (const typed of ["s", "se", "sec", "secret"]) {
    one.type(typed);
    await clock.pass(100);
  }
  expect(desk.staged).toEqual([]);
  await clock.pass(1000);
  expect(desk.staged).toEqual(["secret"]);
  expect(one.state.value).toBe("told");
  expect(told).toHaveLength(1);
});

test("copying it does not wait for a pause", async () => {
  const { desk, staging: one } = staging();
  one.type("secret");
  one.now();
  await settled();
  expect(desk.staged).toEqual(["secret"]);
});

test("what is typed while one is being told is told after it, and the last one stays", async () => {
  const { desk, clock, server, staging: one } = staging();
  server.reachable = true;
  one.type("first");
  one.now();
  one.type("second");
  one.now();
  await clock.pass(1000);
  expect(desk.staged).toEqual(["first", "second"]);
  expect(one.state.value).toBe("told");
});

test("what no verify token can be is not told", async () => {
  const { desk, clock, staging: one } = staging();
  one.type(" edges ");
  await clock.pass(1000);
  one.type("");
  await clock.pass(1000);
  expect(desk.staged).toEqual([]);
  expect(one.state.value).toBe("nothing");
});

test("going back to the told one asks nobody again", async () => {
  const { desk, clock, staging: one } = staging();
  one.type("secret");
  await clock.pass(1000);
  one.type("secrets");
  one.type("secret");
  await clock.pass(1000);
  expect(desk.staged).toEqual(["secret"]);
  expect(one.state.value).toBe("told");
});

test("a failure is shown, and trying again is possible", async () => {
  const { desk, clock, server, staging: one } = staging();
  server.reachable = false;
  one.type("secret");
  await clock.pass(1000);
  expect(one.state.value).toHaveProperty("trouble");
  server.reachable = true;
  one.now();
  await settled();
  expect(desk.staged).toEqual(["secret"]);
  expect(one.state.value).toBe("told");
});
