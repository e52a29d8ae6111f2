/** The count is true: in pull mode after each look, live with every change, and through everything that goes wrong. */
import type { Change, Conversation } from "@core/chat";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Relay } from "../../../extension/worker/relay";
import { Tally } from "../../../extension/worker/tally";
import { type Account, Denied, Watch } from "../../../extension/worker/watch";
import { conversation } from "../conversation";
import { Sockets } from "../socket";

const LATER = "2026-03-01T09:05:00.000Z";
const NUMBER = { id: "n", enabled: true, state: "connected" };
const change = (value: Conversation): Change => ({ cursor: "2", kind: "conversation", value });

class Desk {
  readonly sockets = new Sockets();
  readonly relay = new Relay(this.sockets.open);
  account: Account | null = { origin: "https://x", session: "s", token: "t" };
  numbers: unknown[] = [NUMBER];
  cursor = "1";
  conversations: Conversation[] = [conversation()];
  failure: Error | null = null;
  attended = true;
  asked: string[] = [];
  counts: number[] = [];
  news: string[] = [];
  read: string[] = [];
  gone = 0;
  before = async () => {};
  private readonly tally = new Tally();

  readonly watch = new Watch(
    this.relay,
    {
      account: async () => this.account,
      get: async (_, path) => {
        this.asked.push(path);
        if (this.failure) throw this.failure;
        if (path === "/v1/numbers") return { numbers: this.numbers };
        const told = { cursor: this.cursor, conversations: structuredClone(this.conversations) };
        await this.before();
        return told;
      },
      tally: async () => this.tally,
      keep: async () => {},
    },
    {
      count: (count) => void this.counts.push(count),
      news: ({ contact_id }) => void this.news.push(contact_id),
      read: ({ contact_id }) => void this.read.push(contact_id),
      gone: () => void this.gone++,
    },
    () => this.attended,
  );

  get count(): number | undefined {
    return this.counts.at(-1);
  }

  get snapshots(): number {
    return this.asked.filter((path) => path.includes("/snapshot")).length;
  }
}

let desk: Desk;
beforeEach(() => {
  vi.useFakeTimers();
  desk = new Desk();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("live", () => {
  test("follows from the snapshot on, and counts every change", async () => {
    await desk.watch.refresh();
    expect(desk.count).toBe(1);
    expect(desk.sockets.last.follows).toEqual([{ n: "1" }]);
    desk.sockets.last.welcome();
    desk.sockets.last.changes("n", "2", [change(conversation({ contact_id: "ben", at: LATER }))]);
    expect(desk.count).toBe(2);
    expect(desk.news).toEqual(["ben"]);
    desk.sockets.last.changes("n", "3", [change(conversation({ contact_id: "ben", unread: 0 }))]);
    expect(desk.count).toBe(1);
    expect(desk.read).toEqual(["ben"]);
  });

  test("while the line brings everything nobody needs to ask", async () => {
    await desk.watch.refresh();
    desk.sockets.last.welcome();
    desk.watch.soon();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.snapshots).toBe(1);
  });

  test("what comes while a snapshot is on its way is not undone by it", async () => {
    await desk.watch.refresh();
    desk.before = async () => desk.sockets.last.changes("n", "2", [change(conversation({ unread: 0 }))]);
    await desk.watch.refresh();
    expect(desk.count).toBe(0);
  });

  test("a line that others opened elsewhere is taken up with one more snapshot, not with endless ones", async () => {
    const other = desk.relay.join(() => {});
    other.follow("https://x", "t", { n: "5" });
    desk.sockets.last.welcome();
    desk.sockets.last.changes("n", "5");
    await desk.watch.refresh();
    desk.conversations = [conversation({ contact_id: "ben" }), conversation()];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(desk.count).toBe(2);
    expect(desk.snapshots).toBe(2);
    desk.sockets.last.changes("n", "6", [change(conversation({ unread: 0 }))]);
    expect(desk.count).toBe(1);
  });

  test("a lost place is found again", async () => {
    await desk.watch.refresh();
    desk.sockets.last.welcome();
    desk.sockets.last.hear({ type: "resync", number_id: "n" });
    desk.cursor = "9";
    desk.conversations = [];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(desk.count).toBe(0);
    expect(desk.sockets.last.follows.at(-1)).toEqual({ n: "9" });
  });

  test("a number that is switched off is not counted any more", async () => {
    await desk.watch.refresh();
    const off = { ...NUMBER, enabled: false } as unknown as Extract<Change, { kind: "number" }>["value"];
    desk.numbers = [off];
    desk.sockets.last.changes("n", "2", [{ cursor: "2", kind: "number", value: off }]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(desk.count).toBe(0);
  });

  test("a number that only says when it last heard from Meta costs nothing", async () => {
    await desk.watch.refresh();
    const value = NUMBER as unknown as Extract<Change, { kind: "number" }>["value"];
    desk.sockets.last.changes("n", "2", [{ cursor: "2", kind: "number", value }]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(desk.snapshots).toBe(1);
  });

  test("a refused token is not tried again and again", async () => {
    await desk.watch.refresh();
    desk.sockets.last.hear({ type: "closed", code: 4401 });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(desk.sockets.all).toHaveLength(1);
    expect(desk.relay.size).toBe(0);
  });
});

describe("in pull mode, and with no tab", () => {
  test("without a token it asks when somebody stirs, once for all who do", async () => {
    desk.account = { origin: "https://x", session: "s", token: null };
    for (let n = 0; n < 5; n++) desk.watch.soon();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(desk.snapshots).toBe(1);
    expect(desk.sockets.all).toHaveLength(0);
  });

  test("after a night not every conversation has a notification of its own", async () => {
    await desk.watch.refresh();
    desk.conversations = Array.from({ length: 40 }, (_, n) => conversation({ contact_id: `c${n}`, at: LATER }));
    await desk.watch.refresh();
    expect(desk.count).toBe(40);
    expect(desk.news).toEqual(Array.from({ length: 10 }, (_, n) => `c${n}`));
  });

  test("with no tab there is no socket, and one that was there is closed", async () => {
    await desk.watch.refresh();
    desk.sockets.last.welcome();
    desk.attended = false;
    desk.conversations = [];
    desk.watch.soon(0);
    await vi.advanceTimersByTimeAsync(10);
    expect(desk.sockets.last.closed).toBe(true);
    expect(desk.sockets.all).toHaveLength(1);
    expect(desk.count).toBe(0);
  });
});

describe("what goes wrong", () => {
  test("no answer leaves the count as it was, and is tried again", async () => {
    await desk.watch.refresh();
    desk.failure = new TypeError("Failed to fetch");
    await desk.watch.refresh();
    expect(desk.count).toBe(1);
    desk.failure = null;
    desk.conversations = [];
    await vi.advanceTimersByTimeAsync(31_000);
    expect(desk.count).toBe(0);
  });

  test("nobody signed in, or a sign-in that ended, counts nothing and follows nothing", async () => {
    await desk.watch.refresh();
    desk.failure = new Denied();
    await desk.watch.refresh();
    expect(desk.count).toBe(0);
    expect(desk.sockets.last.closed).toBe(true);
    desk.account = null;
    await desk.watch.refresh();
    expect(desk.count).toBe(0);
  });

  test("nothing stays on the desktop of whoever signed out, or of who was there before", async () => {
    await desk.watch.refresh();
    expect(desk.gone).toBe(0);
    desk.account = { origin: "https://x", session: "s", token: null };
    await desk.watch.refresh();
    expect(desk.gone).toBe(0);
    desk.account = { origin: "https://x", session: "s2", token: "t2" };
    await desk.watch.refresh();
    expect(desk.gone).toBe(1);
    desk.failure = new Denied();
    await desk.watch.refresh();
    expect(desk.gone).toBe(2);
  });

  test("another sign-in is another socket", async () => {
    await desk.watch.refresh();
    desk.account = { origin: "https://x", session: "s2", token: "t2" };
    desk.watch.restart();
    await vi.advanceTimersByTimeAsync(10);
    expect(desk.sockets.all.map(({ token, closed }) => [token, closed])).toEqual([
      ["t", true],
      ["t2", false],
    ]);
  });
});
