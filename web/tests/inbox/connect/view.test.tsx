/** Four strings from Meta connect a number; what Meta refuses is said in Meta's words, where it belongs. */
import { ConnectView } from "@inbox/connect/view";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GOOD_TOKEN } from "../desk";
import { type Opened, opened } from "../opened";

let open: Opened;
let copied: string[];
beforeEach(async () => {
  copied = [];
  vi.stubGlobal("navigator", {
    ...navigator,
    languages: ["en-GB"],
    clipboard: { writeText: async (text: string) => void copied.push(text) },
  });
  open = await opened();
  await open.show(<ConnectView first />);
});
afterEach(() => {
  open.close();
  vi.unstubAllGlobals();
});

const field = (name: string) => screen.getByLabelText<HTMLInputElement>(new RegExp(`^${name}`));
const type = (name: string, value: string) => fireEvent.input(field(name), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const fill = (over: Record<string, string> = {}) => {
  const all = { "Phone number ID": "106540352242922", "Access token": GOOD_TOKEN, "Verify token": "secret", ...over };
  for (const [name, value] of Object.entries(all)) type(name, value);
};
const save = async () => {
  press("Save & connect");
  await open.pass(100);
};
const describing = (input: HTMLElement) =>
  (input.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent)
    .join(" ");

test("the five fields stand in the guide's order, with where each comes from", () => {
  const labels = ["Phone number ID", "Access token", "Verify token", "App secret", "Display number"];
  const inputs = labels.map(field);
  const order = [...document.querySelectorAll("input")].filter((input) => inputs.includes(input));
  expect(order).toEqual(inputs);
  expect(inputs.map((input) => input.getAttribute("aria-required"))).toEqual(["true", "true", "true", null, null]);
  expect(describing(field("Phone number ID"))).toContain("Meta app → WhatsApp → API Setup");
  expect(describing(field("App secret"))).toContain("enables webhook signature checks");
  expect(screen.getAllByText("(optional)")).toHaveLength(2);
});

test("with all of it, the inbox opens", async () => {
  fill({ "Display number": "+91 98765 43210" });
  await save();
  expect(open.inbox.state.value).toBe("ready");
  expect(open.desk.written).toEqual([
    {
      phone_number_id: "106540352242922",
      access_token: GOOD_TOKEN,
      verify_token: "secret",
      display_number: "+91 98765 43210",
    },
  ]);
});

test("what is missing is said at each field, nothing is sent, and the first one has the focus", async () => {
  await save();
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
    "Enter the Phone number ID.",
    "Paste the access token.",
    "Invent a verify token, or press Generate.",
  ]);
  expect(document.activeElement).toBe(field("Phone number ID"));
  expect(open.desk.written).toEqual([]);
});

test("nobody is corrected while still typing, but on leaving the field", () => {
  type("Phone number ID", "+91 98765");
  expect(screen.queryByRole("alert")).toBeNull();
  fireEvent.blur(field("Phone number ID"));
  expect(screen.getByRole("alert").textContent).toContain("looks like a phone number");
});

test("Meta's refusal of the token stands at the token, in Meta's words, and goes when it is changed", async () => {
  fill({ "Access token": "EAAold" });
  await save();
  const said = describing(field("Access token"));
  expect(said).toContain("Invalid OAuth access token - Cannot parse access token");
  expect(said).toContain("Code 190");
  expect(said).toContain("Trace id Atrace");
  expect(document.activeElement).toBe(field("Access token"));
  type("Access token", "EAAnew");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("an id that Meta does not know is said at the id", async () => {
  fill({ "Phone number ID": "999" });
  await save();
  expect(describing(field("Phone number ID"))).toContain("Unsupported get request");
  expect(field("Access token").getAttribute("aria-invalid")).toBeNull();
  expect(field("Access token").value).toBe(GOOD_TOKEN);
});

test("our own server's trouble is said at the form", async () => {
  fill();
  await open.pass(1000);
  open.server.reachable = false;
  await save();
  expect(screen.getByRole("alert").textContent).toContain("does not answer");
  expect(document.querySelector("input[aria-invalid]")).toBeNull();
});

test("pressed twice, it is asked once", async () => {
  fill();
  press("Save & connect");
  press("Save & connect");
  await open.pass(100);
  expect(open.desk.written).toHaveLength(1);
});

test("the verify token is known to the server before anything is saved, and Meta's visit shows by itself", async () => {
  expect(screen.getByText(/fill in the verify token/)).toBeTruthy();
  press("Generate");
  await open.pass(1000);
  expect(open.desk.staged).toEqual([field("Verify token").value]);
  expect(screen.getByText(/Waiting for Meta/)).toBeTruthy();
  open.desk.callback.last_verified_at = new Date(open.inbox.time.now()).toISOString();
  await open.pass(4000);
  expect(screen.getByText(/^Verified by Meta at \d+:\d\d/)).toBeTruthy();
});

test("nobody is asked while nobody looks", async () => {
  const asked = () => open.server.asked.filter((one) => one === "GET /v1/callback").length;
  const before = asked();
  open.visible.value = false;
  await open.pass(30_000);
  expect(asked()).toBe(before);
  open.visible.value = true;
  await open.pass(4000);
  expect(asked()).toBeGreaterThan(before);
});

test("the callback URL is copied with one press, which says so", async () => {
  press("Copy Webhook callback URL");
  await open.pass();
  expect(copied).toEqual(["https://inbox.test/webhooks/k1"]);
  expect(screen.getAllByRole("status").some((one) => one.textContent === "Copied: Webhook callback URL")).toBe(true);
});

test("what was typed survives a reload, except secrets", async () => {
  fill({ "App secret": "0123456789abcdef0123456789abcdef", "Display number": "Shop" });
  await open.pass();
  const kept = [...open.keep.kept.entries()].filter(([key]) => key.startsWith("connect"));
  expect(JSON.stringify(kept)).toContain("106540352242922");
  expect(JSON.stringify([...open.keep.kept.values()])).not.toMatch(/EAAgood|0123456789abcdef|"secret"/);
  await open.show(<ConnectView first key="reloaded" />);
  const [, again] = screen.getAllByLabelText<HTMLInputElement>(/^Display number/);
  expect(again?.value).toBe("Shop");
});

test("after success the draft is gone", async () => {
  fill();
  await save();
  expect(await open.keep.get("connect.draft")).toBeUndefined();
});

test("secrets are hidden until asked for", () => {
  for (const name of ["Access token", "App secret"]) {
    expect(field(name).type).toBe("password");
    const line = field(name).parentElement as HTMLElement;
    fireEvent.click(within(line).getByRole("button", { name: `Show ${name}` }));
    expect(field(name).type).toBe("text");
  }
});
