/** The words in every kind of content. */
import type { Content } from "@core/chat";
import { contentText } from "@inbox/thread/content";
import { expect, test } from "vitest";

const cases: [string, unknown, string][] = [
  ["a text", { type: "text", text: { body: "Hi" } }, "Hi"],
  ["a caption", { type: "video", video: { id: "1", caption: "Look" } }, "Look"],
  [
    "a file and its caption",
    { type: "document", document: { filename: "a.pdf", caption: "The bill" } },
    "a.pdf\nThe bill",
  ],
  [
    "a named place",
    { type: "location", location: { name: "Café", address: "Rua 1", latitude: 1, longitude: 2 } },
    "Café\nRua 1",
  ],
  ["a bare place", { type: "location", location: { latitude: 38.7, longitude: "-9.1" } }, "38.7, -9.1"],
  [
    "contact cards",
    { type: "contacts", contacts: [{ name: { formatted_name: "Tom" }, phones: [{ phone: "+1 555" }] }, {}] },
    "Tom · +1 555",
  ],
  ["a button", { type: "button", button: { text: "Yes", payload: "y" } }, "Yes"],
  [
    "a reply",
    { type: "interactive", interactive: { type: "button_reply", button_reply: { id: "1", title: "Yes" } } },
    "Yes",
  ],
  [
    "a choice",
    { type: "interactive", interactive: { type: "list_reply", list_reply: { title: "Large", description: "42 cm" } } },
    "Large\n42 cm",
  ],
  ["a flow", { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { body: "Sent" } } }, "Sent"],
  ["an order", { type: "order", order: { text: "Quickly please" } }, "Quickly please"],
  ["a template", { type: "template", template: { name: "hello_world" } }, "hello_world"],
];

test.each(cases)("%s has its words", (_, content, words) => {
  expect(contentText(content as Content)).toBe(words);
});

test.each([
  { type: "image" },
  { type: "image", image: null },
  { type: "contacts", contacts: [null, 3] },
  { type: "contacts" },
  { type: "interactive", interactive: { type: "constructor" } },
  { type: "location", location: { latitude: {} } },
  { type: "toString" },
  { type: "text", text: { body: { evil: true } } },
])("what is not as Meta documents it has no words, and breaks nothing: %j", (content) => {
  expect(contentText(content as unknown as Content)).toBe("");
});
