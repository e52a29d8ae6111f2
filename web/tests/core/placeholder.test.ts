/** Everything but text shows as its kind, also what Meta adds tomorrow. */
import type { Content } from "@core/chat";
import { caption, placeholder, words } from "@core/placeholder";
import { describe, expect, test } from "vitest";
import { inbound, text } from "./said";

// META 2.3, and what history and echoes have shown.
const TYPES = [
  ...["image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "reaction", "interactive"],
  ...["button", "order", "system", "unsupported", "template", "edit", "revoke", "request_welcome", "unknown"],
  ...["ephemeral", "media_placeholder", "gif", "group_invite", "poll_creation", "pin", "hsm", "revoked", "telepathy"],
];

describe("the placeholder", () => {
  test.each(TYPES)("of %s names it", (type) => {
    expect(placeholder(inbound({ content: { type } as Content }))).toBe(`[${type}]`);
    expect(placeholder({ direction: "inbound", text: "", type, message_id: "m" })).toBe(`[${type}]`);
  });

  test("of text is none: the words show", () => {
    expect(placeholder(inbound({ content: text("hi") }))).toBeNull();
    expect(placeholder({ direction: "inbound", text: "hi", type: "text", message_id: "m" })).toBeNull();
  });

  test("is the server's where it has one", () => {
    expect(placeholder(inbound({ content: { type: "image" } as Content, placeholder: "[photo]" }))).toBe("[photo]");
  });

  test.each([
    ["", "[unknown]"],
    ["\u202e[x]\n<b>", "[xb]"],
    ["y".repeat(500), `[${"y".repeat(40)}]`],
  ])("of a type that is no name, %j, is harmless", (type, shown) => {
    expect(placeholder(inbound({ content: { type } as Content }))).toBe(shown);
  });
});

test("a caption is found where the file is", () => {
  const content = { type: "image", image: { id: "1", caption: "our cat" } } as Content;
  expect(caption({ content })).toBe("our cat");
  expect(caption({ content: { type: "image" } as Content })).toBeNull();
  expect(caption({ content: text("hi") })).toBeNull();
});

test("words are those of a text only", () => {
  expect(words({ content: text("hi") })).toBe("hi");
  expect(words({ content: { type: "image" } as Content })).toBeNull();
  expect(words({ content: { type: "text" } as Content })).toBeNull();
});
