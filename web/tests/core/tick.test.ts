/** The sign beside a message is true, and Send again is offered without a question only where it cannot say it twice. */
import type { Content, Pending, Status } from "@core/chat";
import { again, maySendAgain, tick } from "@core/tick";
import { describe, expect, test } from "vitest";
import { inbound, outbound } from "./said";

const refused = (code: string): Pending => ({ state: "refused", code, title: "No" });

describe("the sign", () => {
  test.each<[Status, string]>([
    ["queued", "clock"],
    ["accepted", "clock"],
    ["unknown", "unknown"],
    ["sent", "sent"],
    ["failed", "alert"],
    ["delivered", "delivered"],
    ["read", "read"],
    ["played", "read"],
  ])("of %s is %s", (status, sign) => {
    expect(tick(outbound({ status }))).toBe(sign);
  });

  test("of what others said is none", () => {
    expect(tick(inbound())).toBeNull();
  });

  test("of what the phone sent is one tick, even with no status", () => {
    const { status: _, ...echo } = outbound({ origin: "phone_app" });
    expect(tick(echo)).toBe("sent");
  });

  test("of what only this browser knows is the clock, and the alert once it is refused", () => {
    expect(tick(outbound({ pending: { state: "waiting" } }))).toBe("clock");
    expect(tick(outbound({ pending: { state: "sending" } }))).toBe("clock");
    expect(tick(outbound({ pending: refused("invalid") }))).toBe("alert");
  });
});

describe("sending again", () => {
  test.each<[string, Parameters<typeof outbound>[0], string]>([
    ["a failed one", { status: "failed" }, "safe"],
    ["an unknown one", { status: "unknown" }, "ask"],
    ["a queued one", { status: "queued" }, "no"],
    ["an accepted one", { status: "accepted" }, "no"],
    ["a sent one", { status: "sent" }, "no"],
    ["a delivered one", { status: "delivered" }, "no"],
    ["a waiting one", { pending: { state: "waiting" } }, "no"],
    ["one on its way", { pending: { state: "sending" } }, "no"],
    ["a refused one", { pending: refused("invalid") }, "safe"],
    ["one that never left for a week", { pending: refused("waited_too_long") }, "safe"],
    ["one that may have reached the server a week ago", { pending: refused("expired") }, "ask"],
    ["a failed one taken back", { status: "failed", revoked_at: "2026-11-22T12:00:00.000Z" }, "no"],
    ["a failed picture", { status: "failed", content: { type: "image" } as Content }, "no"],
  ])("%s", (_, more, expected) => {
    const message = outbound(more);
    expect(again(message)).toBe(expected);
    expect(maySendAgain(message)).toBe(expected === "safe");
  });

  test("what others said is never sent again", () => {
    expect(again(inbound())).toBe("no");
  });
});
