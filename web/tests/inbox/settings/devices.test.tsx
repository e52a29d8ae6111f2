/** Who is signed in is seen, can be let in, and can be signed out. */
import { Devices } from "@inbox/settings/devices";
import { publicOrigin } from "@inbox/settings/invite";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

let open: Opened;
beforeEach(async () => {
  open = await opened();
  await open.inbox.api.post("/v1/sessions", { body: { invite: open.server.invite(), agent_name: "Tom" } });
  await open.show(<Devices />);
});
afterEach(() => open.close());

const devices = () => within(screen.getByRole("list", { name: "Devices" }));

test("this browser is marked, and is not signed out from here", () => {
  const [tom, priya] = devices().getAllByRole("listitem");
  expect(priya?.textContent).toContain("PriyaThis browser");
  expect(within(priya as HTMLElement).queryByRole("button")).toBeNull();
  expect(within(tom as HTMLElement).getByRole("button", { name: "Sign out the device of Tom" })).toBeTruthy();
});

test("another device is signed out after a question", async () => {
  fireEvent.click(screen.getByRole("button", { name: "Sign out the device of Tom" }));
  await open.pass();
  fireEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Sign out" }));
  await open.pass();
  expect(devices().getAllByRole("listitem")).toHaveLength(1);
  expect([...open.server.credentials.values()].map((one) => one.name)).toEqual(["Priya"]);
});

test("an invite is a link and a picture, and says until when", async () => {
  fireEvent.click(screen.getByRole("button", { name: "Make an invite" }));
  const until = Date.now() + 5000;
  while (!screen.queryByRole("img") && Date.now() < until) await open.pass();
  expect(screen.getByLabelText<HTMLInputElement>("Invite link").value).toMatch(
    /^https:\/\/inbox\.test\/#invite=invite-\d+$/,
  );
  expect(screen.getByRole("img", { name: "The invite link as a QR code" })).toBeTruthy();
  expect(screen.getByText(/^Works once, until:/)).toBeTruthy();
});

test("the link is the address that everybody sees", () => {
  expect(publicOrigin("https://inbox.example.com/webhooks/k", "http://127.0.0.1:8080")).toBe(
    "https://inbox.example.com",
  );
  expect(publicOrigin("https://example.com/inbox/webhooks/k", "http://x")).toBe("https://example.com/inbox");
  expect(publicOrigin("nonsense", "http://127.0.0.1:8080")).toBe("http://127.0.0.1:8080");
});
