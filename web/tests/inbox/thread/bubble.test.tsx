/** Bubbles: every kind of message says what it is, and nothing that it is not. */
import type { Message } from "@core/chat";
import { screen, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { leave, messageOf, messages, room } from "./room";

afterEach(leave);

const OUT: Partial<Message> = { direction: "outbound", origin: "agent" };
const later = (ms: number) => new Date(Date.parse("2026-03-01T09:00:00.000Z") + ms).toISOString();

test("a screen reader hears who, when, what, and how far it got", async () => {
  await room((write) => [write("Hi"), write("Hello", { ...OUT, status: "delivered" })]);
  expect(messages()[0]).toMatch(/^Ada, .*, Hi$/);
  expect(messages()[1]).toMatch(/^You, .*, Hello, Delivered$/);
});

test("media are a placeholder with the words that came along", async () => {
  await room((write) => [
    write("", { content: { type: "image", image: { id: "1", caption: "The box" } }, placeholder: "[image]" }),
    write("", { content: { type: "sticker", sticker: { id: "2" } }, placeholder: "[sticker]" }),
    write("", { content: { type: "hologram" }, placeholder: "[hologram]" }),
  ]);
  expect(messageOf(/\[image\] The box/)).toBeTruthy();
  expect(messageOf(/\[sticker\]/)).toBeTruthy();
  expect(messageOf(/\[hologram\]/)).toBeTruthy();
});

test("a link opens elsewhere without telling from where; what only looks like one is words", async () => {
  await room((write) => write("See https://example.com/a?b=1 or javascript:alert(1)"));
  const [link, ...others] = screen.getAllByRole("link");
  expect(others).toEqual([]);
  expect(link?.getAttribute("href")).toBe("https://example.com/a?b=1");
  expect(link?.getAttribute("target")).toBe("_blank");
  expect(link?.getAttribute("rel")).toBe("noopener noreferrer nofollow");
});

test("markup in a message is words", async () => {
  await room((write) => write("<img src=x onerror=alert(1)> *bold*"));
  expect(document.querySelector("img")).toBeNull();
  expect(document.querySelector("article strong")?.textContent).toBe("bold");
});

test("a message that was taken back shows no words of it, nor what it answered", async () => {
  await room((write) => [
    write("What?", { id: "q" }),
    write("a secret", { revoked_at: later(0), context: { message_id: "q" } }),
  ]);
  const gone = messageOf(/This message was deleted/);
  expect(gone.textContent).not.toContain("secret");
  expect(within(gone).queryByRole("button", { name: /Reply to/ })).toBeNull();
  expect(screen.queryByText(/a secret/)).toBeNull();
});

test("an edited message says so", async () => {
  await room((write) => write("The new words", { edited_at: later(0) }));
  expect(within(messageOf(/The new words/)).getByText("Edited")).toBeTruthy();
});

test("a message that Meta held back says when it was written and when it came; history does not", async () => {
  await room((write) => [
    write("late", { sent_at: later(-7_200_000), received_at: later(0) }),
    write("old", { sent_at: later(-7_200_000), received_at: later(0), history: true }),
    write("in time", { sent_at: later(-60_000), received_at: later(0) }),
  ]);
  const said = screen.getAllByText(/Delivered late by Meta: written .*, arrived /);
  expect(said).toHaveLength(1);
  expect(said[0]?.closest("article")).toBe(messageOf(/, late,/));
});

test("a message held back for more than a day says the day, too", async () => {
  await room((write) => write("late", { sent_at: later(-2 * 86_400_000), received_at: later(0) }));
  expect(screen.getByText(/Delivered late by Meta: written .*2026.*, arrived /)).toBeTruthy();
});

test("what others sent for us is labelled: the phone, another app, a colleague; one's own is not", async () => {
  const { write, inbox } = await room((write) => [
    write("by phone", { direction: "outbound", origin: "phone_app", status: "sent" }),
    write("by app", { direction: "outbound", origin: "api", status: "sent" }),
    write("by Tom", { ...OUT, agent: { id: "other", name: "Tom" }, status: "sent" }),
  ]);
  expect(within(messageOf(/by phone/)).getByText("From the phone")).toBeTruthy();
  expect(within(messageOf(/by app/)).getByText("From another app")).toBeTruthy();
  expect(within(messageOf(/by Tom/)).getByText("Tom")).toBeTruthy();
  const agent = inbox.signIn.peek()?.agent;
  await write("mine", { ...OUT, ...(agent && { agent }), status: "sent" });
  expect(within(messageOf(/mine/)).queryByText("Mara")).toBeNull();
});

test("an answer quotes what it answers; where that is nowhere in the conversation it says so", async () => {
  await room((write) => [
    write("Do you ship?", { id: "q" }),
    write("Yes", { ...OUT, status: "sent", context: { message_id: "q" } }),
    write("And this?", { context: { message_id: "never seen" } }),
  ]);
  expect(within(messageOf(/Yes/)).getByRole("button", { name: "Reply to Ada Do you ship?" })).toBeTruthy();
  expect(within(messageOf(/And this/)).getByText("This answers a message that is not here")).toBeTruthy();
});

test("while there is more to load, a quoted message may yet be found further up", async () => {
  let pages = 0;
  await room((write, { server }) => {
    server.journey = async (path) => {
      if (path.endsWith("/messages") && ++pages > 2) await new Promise(() => {}); // there and back is one page
    };
    const id = "first";
    write("Do you ship?", { id, sent_at: later(-600_000), received_at: later(-600_000) });
    for (let n = 0; n < 60; n += 1) write(`${n}`, { sent_at: later(n - 500_000), received_at: later(n - 500_000) });
    write("And this?", { context: { message_id: id } });
  });
  expect(within(messageOf(/And this/)).getByText("The message this answers is not loaded here")).toBeTruthy();
});

test("reactions are a chip that says who", async () => {
  const at = later(0);
  await room((write) =>
    write("Nice", {
      reactions: [
        { by: "351912345678", emoji: "❤️", at },
        { by: "business", emoji: "👍", at },
      ],
    }),
  );
  expect(screen.getByRole("button", { name: "Reactions: Ada ❤️, You 👍" })).toBeTruthy();
});

test("a message keeps its own direction", async () => {
  await room((write) => write("שלום"));
  const flow = messageOf(/שלום/).querySelector("[dir=auto]");
  expect(flow).toBeTruthy();
  // The stamp's own direction keeps it out of the guess at the direction of the words.
  expect(flow?.querySelector("button")?.getAttribute("dir")).toBe("ltr");
});

test("one to three emoji alone are drawn larger, words are not", async () => {
  await room((write) => [write("🎂"), write("👨‍👩‍👧‍👦 🎂"), write("Hi 🎂")]);
  const classOf = (words: RegExp) => messageOf(words).querySelector("[dir=auto]")?.className;
  expect(classOf(/, 🎂$/)).toMatch(/large1/);
  expect(classOf(/👨‍👩‍👧‍👦 🎂/)).toMatch(/large2/);
  expect(classOf(/Hi/)).not.toMatch(/large/);
});

test("notices of WhatsApp are chips, not messages of anybody", async () => {
  await room((write) => [
    write("Hi"),
    write("", { content: { type: "system", system: { body: "Ada changed their number" } } }),
  ]);
  expect(screen.getByText(/Ada changed their number/)).toBeTruthy();
  expect(messages()).toHaveLength(1);
});
