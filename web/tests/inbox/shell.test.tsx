/** The whole page: its views, its panes, and what stands in the head of the list. */
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import type { Stage } from "../stage";
import { house, leave, NUMBER, PATIENCE } from "./house";

afterEach(leave);
vi.setConfig({ testTimeout: 20_000 }); // parts of the page are made when they are first asked for

const ADA = "351912345678";
const BOB = "4917012345678";

function furnish(it: Stage) {
  const books = it.server.addNumber(NUMBER, { display_number: "+91 98765 43210", verified_name: "Lakeside Bakery" });
  it.server.write(NUMBER, BOB, "Is it open?");
  books.put(BOB, [], { name: "Bob" });
  it.server.write(NUMBER, ADA, "Good morning");
  books.put(ADA, [], { name: "Ada" });
  return books;
}

const row = (name: string) => screen.getByRole("button", { name: new RegExp(`^${name}\\b`) });
const rows = () => screen.queryAllByRole("button", { name: /^(Ada|Bob)/ }).map((one) => one.dataset["contact"]);
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const searchBox = () => screen.getByRole("textbox", { name: "Search name or number" }) as HTMLInputElement;

test("whoever is not signed in is asked in", async () => {
  await house({ signedIn: false, before: furnish });
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toBeTruthy(), PATIENCE);
  expect(screen.queryByRole("textbox", { name: "Search name or number" })).toBeNull();
});

test("an invite that whoever is signed in does not need leaves the address bar", async () => {
  history.replaceState(null, "", "/#invite=cii_a-b");
  await house({ before: furnish });
  await waitFor(() => expect(location.hash).toBe(""), PATIENCE);
});

test("whoever has no number yet is shown how to connect one", async () => {
  await house();
  await waitFor(() => expect(screen.getByLabelText(/Phone number ID/)).toBeTruthy(), PATIENCE);
});

test("the head says which number is speaking and how fresh the list is, the title how many wait", async () => {
  await house({ before: furnish });
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("+91 98765 43210");
  expect(screen.getByText("Cloud API")).toBeTruthy();
  expect(screen.getByText(/^Pull mode – updated \d/)).toBeTruthy();
  expect(document.title).toBe("(2) Cloud Inbox");
  expect(rows()).toEqual([ADA, BOB]);
});

test("a conversation opens beside the list and closes again, and the keyboard goes back to its row", async () => {
  const { calm } = await house({ before: furnish });
  fireEvent.click(row("Ada"));
  await calm();
  expect(row("Ada").getAttribute("aria-current")).toBe("true");
  expect(within(screen.getByRole("main")).getByText("Good morning")).toBeTruthy();
  click("Back to the conversations");
  await calm();
  expect(screen.getByText("Choose a conversation to read and reply.")).toBeTruthy();
});

test("Refresh brings what is new, and says why when it cannot", async () => {
  const { server, calm } = await house({ before: furnish });
  server.write(NUMBER, BOB, "Hello?");
  click("Refresh");
  await calm();
  expect(row("Bob").textContent).toContain("Hello?");
  server.reachable = false;
  click("Refresh");
  await calm();
  expect(screen.getByRole("alert").textContent).toContain("The server cannot be reached.");
  expect(screen.getByText(/^Offline/)).toBeTruthy();
});

test("one click makes the list live", async () => {
  const { server, calm } = await house({ before: furnish });
  click("Go live");
  await calm();
  expect(screen.getByText("Live")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Go live" })).toBeNull();
  server.write(NUMBER, BOB, "Anybody?");
  await calm();
  expect(row("Bob").textContent).toContain("Anybody?");
});

test("the hint to go live can be sent away, and stays away", async () => {
  const { keep, calm } = await house({ before: furnish });
  click("Dismiss");
  await calm();
  expect(screen.queryByRole("button", { name: "Go live" })).toBeNull();
  expect(await keep.get("golive.dismissed")).toBe(true);
});

test("a number whose token Meta refuses says so, and leads to the settings; from there the keyboard comes back", async () => {
  const { calm } = await house({
    before: (it) => void furnish(it).tellNumber({ state: "token_refused" }),
  });
  expect(screen.getByText(/Meta no longer accepts/)).toBeTruthy();
  const leading = screen.getByRole("button", { name: "Open settings" });
  leading.focus();
  fireEvent.click(leading);
  await waitFor(() => expect(screen.getByRole("heading", { name: "Settings" })).toBeTruthy(), PATIENCE);
  expect(searchBox().closest("[inert]")).not.toBeNull();
  click("Close settings");
  await calm();
  await waitFor(() => expect(document.activeElement).toBe(leading));
});

test("the slash leads to the search; Escape empties it, then leaves it", async () => {
  const { calm, pass } = await house({ before: furnish });
  fireEvent.keyDown(document.body, { key: "/" });
  expect(document.activeElement).toBe(searchBox());
  fireEvent.input(searchBox(), { target: { value: "bo" } });
  await pass(300);
  expect(rows()).toEqual([BOB]);
  fireEvent.keyDown(searchBox(), { key: "Escape" });
  await calm();
  expect(searchBox().value).toBe("");
  expect(rows()).toEqual([ADA, BOB]);
  fireEvent.keyDown(searchBox(), { key: "Escape" });
  expect(document.activeElement).not.toBe(searchBox());
});

test("a slash in a text is a slash", async () => {
  await house({ before: furnish });
  searchBox().focus();
  expect(fireEvent.keyDown(searchBox(), { key: "/" })).toBe(true);
});

test("a search that finds nothing says so", async () => {
  const { pass } = await house({ before: furnish });
  fireEvent.input(searchBox(), { target: { value: "zzz" } });
  await pass(300);
  expect(screen.getByText("No conversation found for “zzz”.")).toBeTruthy();
});

test("under Unread a conversation stays while it is being read, and leaves with the next", async () => {
  const { calm, pass } = await house({ before: furnish });
  click(/^Unread/);
  await calm();
  expect(rows()).toEqual([ADA, BOB]);
  fireEvent.click(row("Ada"));
  await pass(5_000);
  expect(rows()).toEqual([ADA, BOB]);
  fireEvent.click(row("Bob"));
  await pass(5_000);
  expect(rows()).toEqual([BOB]);
});

test("a number without conversations says what to do", async () => {
  await house({ before: (it) => void it.server.addNumber(NUMBER, { display_number: "+91 98" }) });
  expect(screen.getByRole("heading", { name: "No conversations yet" })).toBeTruthy();
  expect(screen.getByText(/Callback URL has to be/)).toBeTruthy();
});

test("with several numbers the label is the switch between them, by keyboard too", async () => {
  const { calm } = await house({
    before: (it) => {
      furnish(it);
      it.server.addNumber("2", { display_number: "Berlin" });
    },
  });
  fireEvent.click(await screen.findByRole("button", { name: /98765 43210/ }));
  await calm();
  expect(document.activeElement?.textContent).toContain("98765");
  fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
  expect(document.activeElement?.textContent).toContain("Berlin");
  fireEvent.keyDown(document.activeElement as Element, { key: "Escape" });
  await calm();
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement?.textContent).toContain("98765");
  click(/98765 43210/);
  await calm();
  fireEvent.click(screen.getByRole("menuitemradio", { name: /Berlin/ }));
  await calm();
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Berlin");
});

test("laid over another page it can be closed, and leaves that page's title alone", async () => {
  document.title = "WhatsApp";
  const onClose = vi.fn();
  await house({ before: furnish, overlay: true, onClose });
  click("Close Cloud Inbox");
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(document.title).toBe("WhatsApp");
});
