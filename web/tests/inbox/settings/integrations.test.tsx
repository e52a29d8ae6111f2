/** Live updates are one press away, and a token's secret is seen once. */
import { Integrations } from "@inbox/settings/integrations";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

let open: Opened;
beforeEach(async () => {
  open = await opened();
  open.server.addNumber("100");
  await open.inbox.reloadNumbers();
  await open.show(<Integrations />);
});
afterEach(() => open.close());

const press = async (name: string | RegExp) => {
  fireEvent.click(screen.getByRole("button", { name }));
  await open.pass(50);
};
const rows = () => screen.queryAllByRole("listitem").map((row) => row.textContent ?? "");
const tokens = () => [...open.server.credentials.values()].filter((one) => one.kind === "token");

test("one press makes a token for this browser and goes live; another goes back", async () => {
  expect(screen.getByText("Pull mode")).toBeTruthy();
  await press("Connect live updates");
  expect(screen.getByText("Live updates are connected")).toBeTruthy();
  expect(rows().some((row) => row.includes("This browser"))).toBe(true);
  expect(document.activeElement?.textContent).toContain("Go back to pull mode");
  await press("Go back to pull mode");
  expect(screen.getByText("Pull mode")).toBeTruthy();
  expect(tokens()).toEqual([]);
});

test("a token is shown once, when it is made", async () => {
  await press("Make a token");
  expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  fireEvent.input(screen.getByLabelText("Name"), { target: { value: "Till" } });
  fireEvent.click(screen.getByRole("checkbox", { name: /^Live/ }));
  await press("Make token");
  const [[secret, made] = []] = [...open.server.credentials].filter(([, one]) => one.name === "Till");
  expect(made?.scopes).toEqual(["read", "live"]);
  expect(screen.getByLabelText<HTMLInputElement>("Token “Till”").value).toBe(secret);
  await press("Done");
  expect(document.body.innerHTML).not.toContain(secret);
  expect(rows().some((row) => row.startsWith("Till"))).toBe(true);
  expect(document.activeElement?.textContent).toBe("Make a token");
});

test("a token without a name is not made", async () => {
  await press("Make a token");
  await press("Make token");
  expect(screen.getByRole("alert").textContent).toBe("Give it a name.");
  expect(tokens()).toEqual([]);
});

test("revoking asks first; revoking this browser's own goes back to pull mode", async () => {
  await press("Connect live updates");
  await press(/^Revoke/);
  expect(tokens()).toHaveLength(1);
  const question = within(screen.getByRole("alertdialog"));
  expect(question.getByText(/goes back to pull mode/)).toBeTruthy();
  fireEvent.click(question.getByRole("button", { name: "Revoke" }));
  await open.pass(50);
  expect(tokens()).toEqual([]);
  expect(open.inbox.live.value).toBe(false);
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

test("a pasted token that is revoked here is revoked for everybody", async () => {
  const { token } = await open.inbox.api.post("/v1/tokens", {
    body: { name: "Shared", scopes: ["read", "live"], ends_with_session: false },
  });
  await open.inbox.useToken(token);
  await open.pass(50);
  await press("Revoke Shared");
  fireEvent.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Revoke" }));
  await open.pass(50);
  expect(tokens()).toEqual([]);
});

test("a token that somebody has may be used, and one that is none is said to be none", async () => {
  const { token } = await open.inbox.api.post("/v1/tokens", {
    body: { name: "Shared", scopes: ["read", "live"], ends_with_session: false },
  });
  await press("Use a token I have");
  const field = screen.getByLabelText<HTMLInputElement>("API token");
  expect(document.activeElement).toBe(field);
  fireEvent.input(field, { target: { value: "nonsense" } });
  await press("Use this token");
  expect(screen.getByRole("alert").textContent).toContain("no token of this inbox");
  fireEvent.input(field, { target: { value: ` ${token} ` } });
  await press("Use this token");
  expect(open.inbox.live.value).toBe(true);
});
