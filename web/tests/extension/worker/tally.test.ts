/** What is counted as unread, and what is news. */
import type { Change, Conversation } from "@core/chat";
import { describe, expect, test } from "vitest";
import { Tally } from "../../../extension/worker/tally";
import { conversation } from "../conversation";

const LATER = "2026-03-01T09:05:00.000Z";
const change = (value: Conversation): Change => ({ cursor: "2", kind: "conversation", value });
const removed = (value: Extract<Change, { kind: "removed" }>["value"]): Change => ({
  cursor: "2",
  kind: "removed",
  value,
});

function counting(...conversations: Conversation[]): Tally {
  const tally = new Tally();
  tally.replace("n", conversations);
  return tally;
}

describe("the count", () => {
  test("is of conversations, not of messages, over all numbers", () => {
    const tally = counting(conversation({ unread: 7 }), conversation({ contact_id: "ben", unread: 0 }));
    tally.replace("m", [conversation({ number_id: "m" })]);
    expect(tally.count).toBe(2);
  });

  test("goes down when one is read, and says which", () => {
    const tally = counting(conversation());
    const { read, news } = tally.apply(change(conversation({ unread: 0 })));
    expect(tally.count).toBe(0);
    expect(read).toEqual([{ number_id: "n", contact_id: "ada" }]);
    expect(news).toEqual([]);
  });

  test("counts a contact once when it goes on under another id", () => {
    const tally = counting(conversation({ contact_id: "491" }));
    tally.apply(change(conversation({ contact_id: "DE.1", aliases: ["491"] })));
    tally.apply(removed({ of: "conversation", number_id: "n", contact_id: "491", replaced_by: "DE.1" }));
    expect(tally.count).toBe(1);
  });

  test("forgets what was erased, and numbers that are gone", () => {
    const tally = counting(conversation());
    expect(tally.apply(removed({ of: "conversation", number_id: "n", contact_id: "ada" })).read).toHaveLength(1);
    tally.replace("m", [conversation({ number_id: "m" })]);
    const gone = [{ number_id: "m", contact_id: "ada" }];
    expect(tally.apply(removed({ of: "number", number_id: "m" })).read).toEqual(gone);
    expect(tally.count).toBe(0);
    tally.replace("m", [conversation({ number_id: "m" })]);
    expect(tally.keepOnly(["n"]).read).toEqual(gone);
    expect(tally.count).toBe(0);
    expect(JSON.stringify(tally)).not.toContain("ada");
  });

  test("what was erased after it was read has its notification taken, too", () => {
    const tally = counting(conversation({ unread: 0 }));
    const { read } = tally.apply(removed({ of: "conversation", number_id: "n", contact_id: "ada" }));
    expect(read).toEqual([{ number_id: "n", contact_id: "ada" }]);
  });

  test("a snapshot says what is unread now, whatever was before", () => {
    const tally = counting(conversation(), conversation({ contact_id: "ben" }));
    expect(tally.replace("n", [conversation({ contact_id: "ben" })]).read).toEqual([
      { number_id: "n", contact_id: "ada" },
    ]);
    expect(tally.count).toBe(1);
  });

  test("is bounded", () => {
    const tally = counting();
    for (let n = 0; n < 1_100; n++) tally.apply(change(conversation({ contact_id: `c${n}` })));
    expect(tally.count).toBe(1_000);
  });

  test("survives the worker, and nonsense in its place does no harm", () => {
    const tally = Tally.from(JSON.parse(JSON.stringify(counting(conversation()))));
    expect(tally.count).toBe(1);
    expect(tally.replace("n", [conversation()]).news).toEqual([]);
    expect(Tally.from("nonsense").count).toBe(0);
  });
});

describe("news", () => {
  test("nothing of what was unread at the first sight", () => {
    expect(new Tally().replace("n", [conversation()]).news).toEqual([]);
  });

  test("a customer writes, and writes again", () => {
    const tally = counting(conversation({ unread: 0 }));
    expect(tally.apply(change(conversation({ unread: 1, at: LATER }))).news).toHaveLength(1);
    expect(tally.apply(change(conversation({ unread: 2, at: LATER }))).news).toHaveLength(1);
  });

  test("the same is told once", () => {
    const tally = counting(conversation({ unread: 0 }));
    tally.apply(change(conversation({ at: LATER })));
    expect(tally.apply(change(conversation({ at: LATER }))).news).toEqual([]);
  });

  test("not our own words, and not a mark that somebody set by hand", () => {
    const tally = counting(conversation({ unread: 0 }));
    const preview = { direction: "outbound" as const, text: "Hi", type: "text", message_id: "m" };
    expect(tally.apply(change(conversation({ unread: 0, preview, at: LATER }))).news).toEqual([]);
    expect(tally.apply(change(conversation({ unread: 1, preview, at: LATER }))).news).toEqual([]);
    expect(tally.apply(change(conversation({ contact_id: "ben", marked_unread: true }))).news).toEqual([]);
  });

  test("not history: what is older than the newest we know is no news", () => {
    const tally = counting(conversation());
    const old = conversation({ contact_id: "eva", at: "2026-01-01T09:00:00.000Z" });
    expect(tally.apply(change(old)).news).toEqual([]);
  });

  test("a message that Meta delivered late is", () => {
    const tally = counting(conversation());
    const late = conversation({ contact_id: "eva", at: "2026-03-01T08:58:00.000Z" });
    expect(tally.apply(change(late)).news).toHaveLength(1);
  });

  test("what came while nobody looked is told by the next snapshot", () => {
    const tally = counting(conversation());
    const { news } = tally.replace("n", [conversation({ contact_id: "eva", at: LATER }), conversation()]);
    expect(news.map(({ contact_id }) => contact_id)).toEqual(["eva"]);
  });
});
