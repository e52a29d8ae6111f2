/** A connected number: secrets are fingerprints, only what differs is sent, and nothing is lost by accident. */

import type { InboxNumber } from "@core/chat";
import { NumberPage } from "@inbox/settings/number";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { GOOD_TOKEN } from "../desk";
import { type Opened, opened } from "../opened";

let open: Opened;
afterEach(() => open.close());

/** As the settings show it: the newest the inbox knows. */
function Page() {
  const number = open.inbox.numbers.value[0];
  return number ? <NumberPage number={number} onGo={() => {}} /> : null;
}
async function shown(over: Partial<InboxNumber> = {}) {
  open = await opened();
  const print = (end: string) => ({ set: true, fingerprint: `…${end}` });
  const secrets = { access_token: print("a1b2"), verify_token: print("c3d4"), app_secret: print("e5f6") };
  open.server.addNumber("100", { display_number: "+91 1", ...secrets, ...over });
  await open.inbox.reloadNumbers();
  await open.show(<Page />);
}
const press = async (name: string | RegExp) => {
  fireEvent.click(screen.getByRole("button", { name }));
  await open.pass(100);
};
const type = (name: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(name), { target: { value } });
const described = (input: HTMLElement) =>
  (input.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => document.getElementById(id)?.textContent)
    .join(" ");

test("a stored secret is a fingerprint, and no field holds it", async () => {
  await shown();
  expect(screen.getByText(/…a1b2/)).toBeTruthy();
  expect(screen.getByText(/…e5f6/)).toBeTruthy();
  expect(document.querySelector("input[type=password]")).toBeNull();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save changes" }).disabled).toBe(true);
});

test("only what was replaced is sent", async () => {
  await shown();
  await press("Replace Access token");
  expect(document.activeElement).toBe(screen.getByLabelText("Access token"));
  type("Access token", ` ${GOOD_TOKEN}\n`);
  await press("Save changes");
  expect(open.desk.written).toEqual([{ access_token: GOOD_TOKEN }]);
  expect(screen.getByText(/…good/)).toBeTruthy();
  expect(screen.getByText("Saved").getAttribute("role")).toBe("status");
});

test("a token that Meta refuses changes nothing, and Meta's words stand at the field", async () => {
  await shown();
  await press("Replace Access token");
  type("Access token", "EAAbad");
  await press("Save changes");
  expect(described(screen.getByLabelText("Access token"))).toContain("Invalid OAuth access token");
  await press("Keep the present one: Access token");
  expect(screen.getByText(/…a1b2/)).toBeTruthy();
});

test("a token that cannot see the number is refused at the token, for the id stands fast", async () => {
  await shown({ id: "900" });
  open.server.numbers.set("900", open.server.books("100"));
  await press("Replace Access token");
  type("Access token", GOOD_TOKEN);
  await press("Save changes");
  expect(described(screen.getByLabelText("Access token"))).toContain("may not see this number");
});

test("the label is changed alone, and cannot be emptied", async () => {
  await shown();
  type(/^Display number/, "Shop");
  await press("Save changes");
  expect(open.desk.written).toEqual([{ display_number: "Shop" }]);
  type(/^Display number/, " ");
  await press("Save changes");
  expect(screen.getByRole("alert").textContent).toContain("not removed");
  expect(open.desk.written).toHaveLength(1);
});

test("the app secret is removed only after a question", async () => {
  await shown();
  await press("Remove App secret");
  expect(open.desk.written).toEqual([]);
  fireEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Remove" }));
  await open.pass();
  expect(open.desk.written).toEqual([{ app_secret: null }]);
  expect(screen.getByRole("button", { name: "Add App secret" })).toBeTruthy();
});

test("switches show what is in force, also when the server does not answer", async () => {
  await shown();
  const on = () => screen.getByRole<HTMLInputElement>("switch", { name: "Send read receipts" });
  fireEvent.click(on());
  await open.pass();
  expect(open.desk.written).toEqual([{ send_read_receipts: true }]);
  expect(on().checked).toBe(true);
  open.server.reachable = false;
  fireEvent.click(on());
  await open.pass();
  expect(on().checked).toBe(true);
  expect(screen.getByRole("alert").textContent).toContain("does not answer");
});

test("a refused token is said in Meta's words, and its field is open already", async () => {
  const error = { code: 190, message: "Session has expired", explanation: "It ended.", advice: "Renew it." };
  await shown({ state: "token_refused", error });
  expect(screen.getByText("Session has expired")).toBeTruthy();
  expect(screen.getByLabelText("Access token")).toBeTruthy();
});

test("disconnecting asks first; then the form to connect it again is there", async () => {
  await shown();
  await press("Disconnect number");
  const question = within(screen.getByRole("alertdialog", { name: "Disconnect +91 1?" }));
  fireEvent.click(question.getByRole("button", { name: "Cancel" }));
  await open.pass();
  expect(open.server.asked.some((one) => one.startsWith("DELETE"))).toBe(false);
  await press("Disconnect number");
  fireEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Disconnect number" }));
  await open.pass();
  expect(screen.getByRole("button", { name: "Save & connect" })).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>("Phone number ID").readOnly).toBe(true);
});

test("how long it keeps messages is asked, and whether all goes, also once it is disconnected", async () => {
  for (const state of ["connected", "disconnected"] as const) {
    await shown({ state });
    expect(screen.getByLabelText("Keep messages for")).toBeTruthy();
    await press("Erase everything of this number");
    const question = within(screen.getByRole("alertdialog", { name: "Erase everything of +91 1?" }));
    expect(question.getByRole<HTMLButtonElement>("button", { name: "Erase for good" }).disabled).toBe(true);
    expect(open.server.asked.some((one) => one.startsWith("DELETE"))).toBe(false);
    if (state === "connected") open.close();
  }
});
