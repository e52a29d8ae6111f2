/** The settings are one place, reached and left by keyboard, that shows each of its pages. */
import { SettingsView } from "@inbox/settings/view";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

let open: Opened;
let closed: number;

beforeEach(async () => {
  closed = 0;
  open = await opened();
  open.server.addNumber("100", { display_number: "+91 1" });
  open.server.addNumber("200", { display_number: "+91 2", state: "token_refused" });
  await open.inbox.reloadNumbers();
  await open.show(<SettingsView onClose={() => closed++} />);
});
afterEach(() => open.close());

const list = () => within(screen.getByRole("navigation", { name: "Pages of the settings" }));
const go = async (name: RegExp) => {
  fireEvent.click(list().getByRole("button", { name }));
  await open.pass();
};

test("it opens at the number that is open, and the focus is inside", () => {
  expect(screen.getByRole("heading", { level: 2, name: "+91 1" })).toBeTruthy();
  expect(screen.getByRole("main", { name: "Settings" }).contains(document.activeElement)).toBe(true);
});

test("every page has a heading, which takes the focus", async () => {
  for (const name of ["Connect another number", "Integrations", "Agents and devices", "Connection check", "About"]) {
    await go(new RegExp(`^${name}`));
    const heading = screen.getByRole("heading", { level: 2, name });
    expect(document.activeElement).toBe(heading);
    expect(list().getByRole("button", { current: "page" }).textContent).toContain(name);
  }
});

test("headings go down one step at a time", async () => {
  for (const name of [/^\+91 1/, /^Integrations/, /^Agents/, /^Appearance/, /^About/]) {
    await go(name);
    const levels = screen.getAllByRole("heading").map((heading) => Number(heading.tagName.slice(1)));
    expect(levels[0]).toBe(1);
    for (const [place, level] of levels.entries()) expect(level - (levels[place - 1] ?? 0)).toBeLessThanOrEqual(1);
  }
});

test("the list says which number is in trouble", () => {
  expect(list().getByRole("button", { name: /\+91 2/ }).textContent).toContain("Token refused");
});

test("Esc closes it", () => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "Escape" });
  expect(closed).toBe(1);
});

test("Esc closes it also while nothing has the focus", () => {
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(closed).toBe(1);
});

test("Esc in a question closes the question alone", async () => {
  await go(/^About/);
  fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
  await open.pass();
  const question = screen.getByRole("alertdialog", { name: "Sign out of this inbox?" });
  fireEvent.keyDown(question, { key: "Escape" });
  fireEvent(question, new Event("cancel", { cancelable: true }));
  await open.pass();
  expect(closed).toBe(0);
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

test("signing out asks first, and then leaves nothing", async () => {
  await go(/^About/);
  fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
  await open.pass();
  expect(open.inbox.state.value).toBe("ready");
  const question = within(screen.getByRole("alertdialog"));
  fireEvent.click(question.getByRole("button", { name: "Sign out" }));
  await open.pass();
  expect(open.inbox.state.value).toBe("signed_out");
  expect([...open.keep.kept.keys()].filter((key) => !["language", "scheme"].includes(key))).toEqual([]);
});

test("the language is changed at once, and all of the page with it", async () => {
  await go(/^Appearance/);
  fireEvent.click(screen.getByRole("radio", { name: "Deutsch" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Einstellungen" })).toBeTruthy();
  fireEvent.click(screen.getByRole("radio", { name: "English" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Settings" })).toBeTruthy();
});
