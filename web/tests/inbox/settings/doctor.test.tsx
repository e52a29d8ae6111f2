/** The connection check says which hop is in trouble, in Meta's words and in plain ones, and where to go. */
import type { components } from "@core/schema";
import { Doctor, type Health } from "@inbox/settings/doctor";
import { speech } from "@inbox/speech";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

type Hop = components["schemas"]["Hop"];
let open: Opened;
let gone: unknown[];
afterEach(async () => {
  await speech.choose(null);
  open.close();
});

const AT = "2026-03-01T08:00:00.000Z";
const hop = (over: Partial<Hop>): Hop =>
  ({
    hop: "callback_verified",
    state: "ok",
    code: "callback_verified",
    title: "T",
    what_happened: "W",
    ...over,
  }) as Hop;

async function shown(...hops: Hop[]) {
  await shownWith([], ...hops);
}

async function shownWith(webhooks: Health["webhooks"], ...hops: Hop[]) {
  gone = [];
  open = await opened();
  open.server.addNumber("100");
  await open.inbox.reloadNumbers();
  open.desk.health.set("100", {
    number_id: "100",
    checked_at: AT,
    healthy: hops.every(({ state }) => state === "ok"),
    hops,
    webhooks,
  });
  await open.show(<Doctor onGo={(place) => gone.push(place)} />);
}
const hops = () => within(screen.getByRole("list", { name: "Hops" })).getAllByRole("listitem");
const asked = () => open.server.asked.filter((one) => one.endsWith("/health")).length;

test("all well is one sentence", async () => {
  await shown(hop({ at: AT }));
  expect(screen.getByText("Everything works.")).toBeTruthy();
  expect(hops()[0]?.textContent).toContain("In order: Callback verified");
});

test("a problem says what happened, what to do and Graph's own error", async () => {
  const graph_error = { code: 190, message: "Session has expired", fbtrace_id: "Atrace", explanation: "", advice: "" };
  await shown(
    hop({
      hop: "token_accepted",
      state: "problem",
      code: "token_refused",
      what_to_do: "D",
      screen: "system_users",
      graph_error,
    }),
    hop({ hop: "subscribed", state: "problem", code: "delivers_elsewhere", what_to_do: "D", named: "old.example.com" }),
  );
  expect(screen.getByText("2 hops need attention.")).toBeTruthy();
  const [token, subscribed] = hops();
  expect(token?.textContent).toContain("Problem: Token refused");
  expect(token?.textContent).toContain("Session has expired");
  expect(token?.textContent).toContain("Make a permanent token in Meta Business settings");
  expect(subscribed?.textContent).toContain("Address: old.example.com");
});

test("a finding that a newer server makes is shown in the server's own words", async () => {
  await shown(hop({ code: "brand_new" as Hop["code"], title: "Brand new", what_happened: "It happened." }));
  expect(hops()[0]?.textContent).toContain("Brand newIt happened.");
});

test("what varies is named for what it is", async () => {
  await shown(
    hop({ hop: "token_lasts", state: "problem", code: "token_ends_soon", what_to_do: "D", named: "2026-12-02" }),
    hop({
      hop: "number_registered",
      state: "problem",
      code: "number_not_registered",
      what_to_do: "D",
      named: "PENDING",
    }),
    hop({ hop: "name_approved", code: "name_approved", named: "Lakeside Bakery" }),
  );
  const [token, number, name] = hops();
  expect(token?.textContent).toContain("Day: 2026-12-02");
  expect(number?.textContent).toContain("Meta says: PENDING");
  expect(name?.textContent).toContain("Name: Lakeside Bakery");
});

test("what has come of each kind is listed, and nothing when nothing has", async () => {
  await shownWith(
    [
      { kind: "messages", at: AT },
      { kind: "brand_new" as "messages", at: AT },
    ],
    hop({}),
  );
  expect(screen.getAllByRole("term").map((term) => term.textContent)).toEqual(["Messages of customers", "brand_new"]);
  expect(screen.getByText("Messages of customers").nextSibling?.textContent).toMatch(/\d/);
  open.close();
  await shown(hop({}));
  expect(screen.queryByText("What has come, and when last")).toBeNull();
});

test("it speaks the reader's language", async () => {
  await shown(hop({}));
  await speech.choose("de");
  expect(await screen.findByText("Callback bestätigt")).toBeTruthy();
});

test("what is put right here is one press away", async () => {
  await shown(hop({ hop: "last_webhook", state: "problem", code: "switched_off", screen: "inbox_settings" }));
  fireEvent.click(screen.getByRole("button", { name: "Open the number’s settings" }));
  expect(gone).toEqual([{ page: "number", number_id: "100" }]);
});

test("it is checked again by a press, and when something about the number changes", async () => {
  await shown(hop({}));
  const before = asked();
  fireEvent.click(screen.getByRole("button", { name: "Check again" }));
  await open.pass();
  expect(asked()).toBe(before + 1);
  const books = open.server.books("100");
  books.number = { ...books.number, enabled: false };
  await open.inbox.reloadNumbers();
  await open.pass();
  expect(asked()).toBe(before + 2);
});
