/** A search: at once among the loaded, a moment later at the server, never out of order. */
import type { Conversation } from "@core/chat";
import { Finding } from "@inbox/list/finding";
import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../stage";
import { aConversation } from "./conversations";

const ada = aConversation("ada");
const adam = aConversation("adam");
const adele = aConversation("adele");

interface Answer {
  q: string;
  tell(rows: Conversation[], next?: string | null): Promise<void>;
  fail(): Promise<void>;
}

let clock: ManualClock;
let asked: Answer[];
let finding: Finding;
const loaded = signal<readonly Conversation[]>([]);
const erased = signal<ReadonlySet<string>>(new Set());

function ask(q: string): Promise<{ rows: Conversation[]; next: string | null }> {
  return new Promise((resolve, reject) => {
    asked.push({
      q,
      tell: async (rows, next = null) => {
        resolve({ rows, next });
        await clock.pass(0);
      },
      fail: async () => {
        reject(new Error("no line"));
        await clock.pass(0);
      },
    });
  });
}

const names = () => finding.rows.value.map((row) => row.contact_id);

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  loaded.value = [ada];
  erased.value = new Set();
  finding = new Finding({ rows: loaded, search: ask, erased }, clock);
});
afterEach(() => finding.close());

test("what is loaded is found at every key, and the server is asked once when the typing pauses", async () => {
  finding.typed.value = "a";
  finding.typed.value = "ad";
  expect(names()).toEqual(["ada"]);
  expect(finding.asked.value).toBe("searching");
  await clock.pass(200);
  expect(asked).toHaveLength(0);
  await clock.pass(100);
  expect(asked.map(({ q }) => q)).toEqual(["ad"]);

  await asked[0]?.tell([ada, adam]);
  expect(names()).toEqual(["ada", "adam"]);
  expect(finding.asked.value).toBe("idle");
});

test("an answer that comes after something else was typed is not shown", async () => {
  finding.typed.value = "ad";
  await clock.pass(300);
  finding.typed.value = "adx";
  await asked[0]?.tell([adam]);
  expect(names()).toEqual([]);
  expect(finding.asked.value).toBe("searching");
});

test("spaces around the words are no other search", async () => {
  finding.typed.value = "ad";
  await clock.pass(300);
  finding.typed.value = "ad ";
  await clock.pass(300);
  expect(asked).toHaveLength(1);
  await asked[0]?.tell([adam]);
  expect(names()).toEqual(["ada", "adam"]);
});

test("the next page is added, and asked for only once", async () => {
  finding.typed.value = "ad";
  await clock.pass(300);
  await asked[0]?.tell([adam], "page 2");
  expect(finding.more.value).toBe(true);
  void finding.further();
  void finding.further();
  expect(asked).toHaveLength(2);
  await asked[1]?.tell([adele]);
  expect(names()).toEqual(["ada", "adam", "adele"]);
  expect(finding.more.value).toBe(false);
});

test("when the server does not answer, that is said, what is here stays, and it can be asked again", async () => {
  finding.typed.value = "ad";
  await clock.pass(300);
  await asked[0]?.fail();
  expect(finding.asked.value).toBe("failed");
  expect(names()).toEqual(["ada"]);
  finding.again();
  await asked[1]?.tell([adam]);
  expect(names()).toEqual(["ada", "adam"]);
});

test("clearing the search asks nothing and finds nothing", async () => {
  finding.typed.value = "ad";
  finding.typed.value = "";
  await clock.pass(1000);
  expect(asked).toHaveLength(0);
  expect(names()).toEqual([]);
  expect(finding.asked.value).toBe("idle");
});

test("whoever is erased is found no longer, also where the server has told of them before", async () => {
  finding.typed.value = "ad";
  await clock.pass(300);
  await asked[0]?.tell([ada, adam]);
  expect(names()).toEqual(["ada", "adam"]);
  erased.value = new Set(["adam"]);
  expect(names()).toEqual(["ada"]);
});
