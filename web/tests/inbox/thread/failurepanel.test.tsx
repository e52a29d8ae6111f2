/** Why the newest message did not get through, and what may be done. */
import type { GraphError, Message } from "@core/chat";
import { screen, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { click, leave, messages, NUMBER, press, room } from "./room";

afterEach(leave);

const ERROR: GraphError = {
  code: 131047,
  title: "Re-engagement message",
  message: "Re-engagement message",
  details: "More than 24 hours have passed since the customer last replied.",
  subcode: 2494010,
  fbtrace_id: "Az8or2yhqkZfEZ",
  explanation: "The window is closed.",
  advice: "Send a template.",
};
const OUT: Partial<Message> = { direction: "outbound", origin: "agent" };
const failed = (over: Partial<Message> = {}): Partial<Message> => ({ ...OUT, status: "failed", error: ERROR, ...over });
const panel = () => screen.queryByRole("region", { name: "Message that was not delivered" });

test("Meta's words, code and trace id stand untouched, then ours", async () => {
  await room((write) => [write("Hi"), write("Are you there?", failed())]);
  const words = within(panel() as HTMLElement).getByRole("alert").textContent ?? "";
  expect(words).toContain("Are you there?");
  expect(words.split("Re-engagement message")).toHaveLength(2); // said once, though Meta says it twice
  expect(words).toContain(ERROR.details);
  expect(words).toContain("Code 131047 · Subcode 2494010 · Trace ID Az8or2yhqkZfEZ");
  expect(words).toContain("The window is closed. Send a template.");
});

test("send again makes a new message of the same words, and the panel goes", async () => {
  await room((write) => [write("Hi"), write("Are you there?", failed())]);
  const again = within(panel() as HTMLElement).getByRole("button", { name: "Send again" });
  again.click();
  await press("Shift");
  expect(messages().filter((one) => one.includes("Are you there?"))).toHaveLength(2);
  expect(panel()).toBeNull();
});

test("dismissed, it stays away; the bubble keeps its alert and its reason", async () => {
  await room((write) => [write("Hi"), write("Are you there?", failed())]);
  await click("Dismiss");
  expect(panel()).toBeNull();
  expect(messages().at(-1)).toContain("Not sent, Re-engagement message");
});

test("where nobody knows whether it arrived, sending again is a choice made twice", async () => {
  const { server } = await room((write) => [write("Hi"), write("Paid?", { ...OUT, status: "unknown" })]);
  expect(panel()?.textContent).toContain("We do not know whether WhatsApp got this message.");
  const asked = server.asked.length;
  await click("Send again");
  expect(server.asked).toHaveLength(asked);
  expect(panel()?.textContent).toContain("The customer may get it twice.");
  await click("Yes, send again");
  expect(messages().filter((one) => one.includes("Paid?"))).toHaveLength(2);
});

test("what our own server refused can be discarded", async () => {
  const { thread, server, calm, pass } = await room();
  server.refusals.push([422, "invalid"]);
  thread.send("Not this one");
  await calm();
  await pass(5_000);
  expect(messages().at(-1)).toContain("Not sent");
  within(panel() as HTMLElement)
    .getByRole("button", { name: "Discard" })
    .click();
  await calm();
  expect(messages().some((one) => one.includes("Not this one"))).toBe(false);
});

test("a delivered message beside a failed one leaves no panel", async () => {
  const { server, calm, number } = await room((write) => [write("Hi"), write("One", failed({ id: "one" }))]);
  server.report(NUMBER, "one", "delivered");
  await number.refresh();
  await calm();
  expect(panel()).toBeNull();
});
