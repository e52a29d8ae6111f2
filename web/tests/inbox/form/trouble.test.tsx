/** Whatever goes wrong is said in the reader's words where we have some, and in the server's otherwise. */
import { Problem, Unreachable } from "@core/api";
import { Trouble } from "@inbox/form/trouble";
import { speech } from "@inbox/speech";
import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";

beforeEach(async () => {
  await speech.start();
  await speech.load("settings");
});
afterEach(cleanup);

const problem = (code: string, over: Record<string, unknown> = {}) =>
  new Problem(400, { code, title: "Title", detail: "Told by the server", ...over });

test.each([
  [new Unreachable(), "The inbox’s server does not answer. Check your connection, then try again."],
  [problem("too_many_numbers"), "This inbox holds as many numbers as it may."],
  [problem("internal"), "The inbox’s server made a mistake. Try again; if it stays so, tell whoever runs it."],
  [new Problem(429, { code: "too_many_requests" }, 1), "Too many attempts. Try again in 1 second."],
  [new Problem(429, { code: "too_many_requests" }), "Too many attempts. Wait a little, then try again."],
  [problem("brand_new"), "Told by the server (brand_new)"],
  [new TypeError("x is undefined"), "Something went wrong in this browser. Try again."],
])("%s", (trouble, expected) => {
  render(<Trouble of={trouble} />);
  expect(screen.getByRole("alert").textContent).toBe(expected);
});

test("Meta's error comes first and untouched, ours after it", () => {
  const graph_error = {
    code: 131031,
    subcode: 2494055,
    title: "Account locked",
    message: "Business account locked",
    details: "For violating a policy",
    fbtrace_id: "Atrace",
    explanation: "The account is locked.",
    advice: "Repair it.",
  };
  render(<Trouble of={problem("graph_refused", { graph_error })} />);
  expect(screen.getByRole("alert").textContent).toBe(
    "Meta refused thisAccount lockedBusiness account lockedFor violating a policy" +
      "Code 131031 · Subcode 2494055 · Trace id AtraceThe account is locked. Repair it.",
  );
});

test("nothing is said where nothing is wrong", () => {
  const { container } = render(<Trouble of={null} />);
  expect(container.textContent).toBe("");
});
