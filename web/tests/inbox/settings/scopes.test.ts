/** The boxes of a new token cannot be ticked into what the server refuses. */
import { SCOPES, type Scope, without, withScope } from "@inbox/settings/scopes";
import { expect, test } from "vitest";

test("live brings read with it", () => {
  expect(withScope(["send"], "live")).toEqual(["read", "send", "live"]);
});

test("without read there is no live", () => {
  expect(without(["read", "send", "live"], "read")).toEqual(["send"]);
});

test("whatever is pressed in whichever order, live never stands without read", () => {
  const presses = SCOPES.flatMap((scope) => [
    (held: readonly Scope[]) => withScope(held, scope),
    (held: readonly Scope[]) => without(held, scope),
  ]);
  for (const first of presses)
    for (const second of presses)
      for (const third of presses) {
        const held = third(second(first(["read"])));
        expect(!held.includes("live") || held.includes("read")).toBe(true);
        expect(new Set(held).size).toBe(held.length);
      }
});
