/** Snapshot and changes together are a fresh snapshot: told by the real projection, recorded once for both ends. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Change, Message, Snapshot } from "@core/chat";
import { ChatState } from "@core/chatstate";
import { compareConversations } from "@core/order";
import { describe, expect, test } from "vitest";

interface State {
  snapshot: Snapshot;
  messages: Record<string, Message[]>;
}

interface Recorded {
  story: string;
  before: State;
  changes: Change[];
  after: State;
}

const FOLDER = resolve(import.meta.dirname, "../../../tests/payloads/feeds");
const FEEDS = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(resolve(FOLDER, name), "utf8")) as Recorded);

/** A browser that holds the state before, and every message of it. */
function holding({ snapshot, messages }: State): ChatState {
  const state = new ChatState(snapshot.number, { told() {}, relabelled() {}, erased() {}, gone() {} });
  state.restore({
    cursor: snapshot.cursor,
    number: snapshot.number,
    conversations: snapshot.conversations,
    edges: [],
    complete: true,
    aside: [],
    threads: Object.entries(messages).map(([contact_id, said]) => ({
      contact_id,
      messages: said,
      edges: [],
      start: true,
      stale: false,
    })),
  });
  return state;
}

function expectAfter(state: ChatState, { snapshot, messages }: State): void {
  expect(state.conversations.rows.value).toEqual(snapshot.conversations.toSorted(compareConversations));
  expect(state.conversations.unread.value).toBe(snapshot.conversations.filter(({ unread }) => unread > 0).length);
  for (const history of state.histories) {
    // What two conversations have in common now is read again; everything else is exactly as at the server.
    if (!history.stale) {
      expect(history.rows.value).toEqual(messages[history.contact_id]);
    }
  }
}

describe.each(FEEDS.map((feed) => [feed.story, feed] as const))("%s", (_, feed) => {
  test("change by change", () => {
    const state = holding(feed.before);
    for (const change of feed.changes) state.apply([change]);
    expectAfter(state, feed.after);
  });

  test("all at once", () => {
    const state = holding(feed.before);
    state.apply(feed.changes);
    expectAfter(state, feed.after);
  });

  test("in frames of any size", () => {
    for (let size = 2; size < feed.changes.length; size++) {
      const state = holding(feed.before);
      for (let at = 0; at < feed.changes.length; at += size) state.apply(feed.changes.slice(at, at + size));
      expectAfter(state, feed.after);
    }
  });

  test("with each change told twice", () => {
    const state = holding(feed.before);
    state.apply(feed.changes.flatMap((change) => [change, change]));
    expectAfter(state, feed.after);
  });

  test("told again from any place on", () => {
    for (let from = 0; from < feed.changes.length; from++) {
      const state = holding(feed.before);
      state.apply(feed.changes);
      state.apply(feed.changes.slice(from));
      expectAfter(state, feed.after);
    }
  });

  test("to a browser that holds the list alone", () => {
    const state = holding({ ...feed.before, messages: {} });
    state.apply(feed.changes);
    expectAfter(state, feed.after);
  });
});

test("the stories hold what they are about", () => {
  const changes = FEEDS.flatMap((feed) => feed.changes);
  expect(new Set(changes.map((change) => change.kind))).toEqual(new Set(["message", "conversation", "removed"]));
  const said = changes.flatMap((change) => (change.kind === "message" ? [change.value] : []));
  expect(said.some((message) => message.position !== undefined)).toBe(true);
  expect(said.some((message) => message.revoked_at !== undefined)).toBe(true);
  expect(said.some((message) => message.reactions?.length)).toBe(true);
});
