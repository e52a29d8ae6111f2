/** What a search finds among the loaded conversations. */

import { matching, merged } from "@inbox/list/matching";
import { expect, test } from "vitest";
import { aConversation } from "./conversations";

const ada = aConversation("a", { contact: { name: "Ada Çelik", phone: "+551190000200", username: "ada.c" } });
const bob = aConversation("b", { contact: { phone: "+4917012345678" } });
const all = [ada, bob];

test.each([
  ["celik", ["a"]],
  ["ÇELIK ada", ["a"]],
  ["@ada.c", ["a"]],
  ["+55 (11) 9000-0200", ["a"]],
  ["170 123", ["b"]],
  ["ada bob", []],
  ["  ", []],
])("looking for %j finds %j", (typed, found) => {
  expect(matching(all, typed).map((one) => one.contact_id)).toEqual(found);
});

test("the server's finds follow ours, each once, and as we last heard of them", () => {
  const older = aConversation("c", { unread: 0 });
  const newer = aConversation("c", { unread: 3 });
  const far = aConversation("d");
  expect(merged([ada], [ada, older, far, far], [ada, bob, newer])).toEqual([ada, newer, far]);
});
