/** An invite travels behind the hash of a link, and leaves the address bar at once. */
import { inviteIn, inviteLink, takeInvitation } from "@inbox/signin/invitation";
import { afterEach, expect, test } from "vitest";

afterEach(() => history.replaceState(null, "", "/"));

test("what was pasted may be the link, its end, or the bare secret", () => {
  expect(inviteIn(inviteLink("https://inbox.example.com", "cii_a-b"))).toBe("cii_a-b");
  expect(inviteIn("  #invite=cii_a-b\n")).toBe("cii_a-b");
  expect(inviteIn("cii_a-b")).toBe("cii_a-b");
  expect(inviteIn("#invite=%E0%A4%A")).toBe("%E0%A4%A");
});

test("it is taken out of the address bar, and nothing else is", () => {
  history.replaceState(null, "", "/?tab=1#invite=cii_a-b");
  expect(takeInvitation()).toEqual({ invite: "cii_a-b", name: "" });
  expect(location.hash).toBe("");
  expect(location.search).toBe("?tab=1");
});

test("without one the address bar is left alone", () => {
  history.replaceState(null, "", "/#elsewhere");
  expect(takeInvitation()).toBeNull();
  expect(location.hash).toBe("#elsewhere");
});
