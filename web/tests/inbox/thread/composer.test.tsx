/** Where the agent writes: what goes out, when, and what is kept. */
import { act, fireEvent, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { click, field, leave, messageOf, messages, press, room, type } from "./room";

afterEach(leave);

test("Enter sends, empties the field, keeps the focus, and shows the message with a clock at once", async () => {
  const { server, calm } = await room();
  server.journey = () => new Promise(() => {}); // nothing is answered
  field().focus();
  await type("On its way");
  await press("Enter");
  expect(field().value).toBe("");
  expect(document.activeElement).toBe(field());
  expect(messages().at(-1)).toMatch(/^You, .*, On its way, Pending$/);
  await calm();
});

test("Shift+Enter makes a line and sends nothing", async () => {
  await room();
  field().focus();
  await type("one");
  await press("Enter", { shiftKey: true });
  expect(field().value).toBe("one");
  expect(messages()).toHaveLength(1);
});

test("Enter that ends a word of an input method sends nothing, in Safari too", async () => {
  await room();
  field().focus();
  await type("にほん");
  await press("Enter", { isComposing: true });
  await press("Enter", { keyCode: 229 });
  expect(messages()).toHaveLength(1);
  await press("Enter");
  expect(messages()).toHaveLength(2);
});

test("a key held down sends once", async () => {
  await room();
  field().focus();
  await type("once");
  await press("Enter");
  await type("again");
  await press("Enter", { repeat: true });
  expect(messages()).toHaveLength(2);
});

test("blank words are not sent, and the button says that it would do nothing", async () => {
  await room();
  await type("  \n ");
  await click("Send");
  expect(messages()).toHaveLength(1);
  expect(screen.getByRole("button", { name: "Send" }).getAttribute("aria-disabled")).toBe("true");
});

test("near the limit it counts down, as Meta counts: an emoji is one; above it nothing is sent", async () => {
  await room();
  field().focus();
  await type("😀".repeat(3_896));
  expect(screen.getByText("200 characters left")).toBeTruthy();
  await type("a".repeat(4_097));
  await press("Enter");
  expect(messages()).toHaveLength(1);
  expect(screen.getByRole("alert").textContent).toMatch(/^1 character too many/);
  expect(field().getAttribute("aria-invalid")).toBe("true");
  expect(field().value).toHaveLength(4_097);
  await type("a".repeat(4_096));
  await press("Enter");
  expect(messages()).toHaveLength(2);
});

test("an answer shows what it answers, Esc lets go of it, and sending takes it along", async () => {
  const { server } = await room((write) => write("Do you ship?", { id: "q" }));
  messageOf(/Do you ship/).focus();
  await press("r");
  expect(document.activeElement).toBe(field());
  expect(screen.getByRole("button", { name: "Cancel reply" })).toBeTruthy();
  await press("Escape");
  expect(screen.queryByRole("button", { name: "Cancel reply" })).toBeNull();
  messageOf(/Do you ship/).focus();
  await press("r");
  await type("Yes");
  await press("Enter");
  expect(screen.queryByRole("button", { name: "Cancel reply" })).toBeNull();
  const sent = server.books("106540352242922").conversation("351912345678")?.preview?.message_id ?? "";
  expect(server.books("106540352242922").message(sent)?.context).toEqual({ message_id: "q" });
});

test("what is half written is there again after another conversation was open", async () => {
  const { number, server, calm } = await room();
  server.write("106540352242922", "c2", "Other");
  await type("half a thou");
  await act(() => void number.openThread("c2"));
  await calm();
  expect(field().value).toBe("");
  await act(() => void number.openThread("351912345678"));
  await calm();
  expect(field().value).toBe("half a thou");
});

test("the field says which number is speaking", async () => {
  await room();
  expect(field().getAttribute("aria-label")).toBe("Type a message from +91 98765 43210");
});

test("the arrow up leads from an empty field to the newest message, and Esc leads back", async () => {
  await room((write) => [write("first"), write("second")]);
  field().focus();
  await press("ArrowUp");
  expect(document.activeElement).toBe(messageOf(/second/));
  await press("Escape");
  expect(document.activeElement).toBe(field());
  await type("words");
  await press("ArrowUp");
  expect(document.activeElement).toBe(field());
});

test("a press on send is one message, however often it is repeated", async () => {
  await room();
  await type("once");
  const send = screen.getByRole("button", { name: "Send" });
  await act(() => {
    fireEvent.click(send);
    fireEvent.click(send);
    fireEvent.click(send);
  });
  expect(messages()).toHaveLength(2);
});
