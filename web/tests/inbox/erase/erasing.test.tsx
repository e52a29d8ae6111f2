/** Erasing is asked for in words that say what it does and cannot do, and answered with a receipt to keep. */
import type { Receipt } from "@core/erasure";
import type { Frame } from "@inbox/context";
import { Erasing, type Erasure } from "@inbox/erase/erasing";
import { EraseEverything } from "@inbox/erase/everything";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";
import { type Opened, opened } from "../opened";

const NUMBER = "100";
const ADA = "4915100";

let open: Opened;
afterEach(() => open.close());

async function begun(frame: Partial<Frame> = {}): Promise<void> {
  open = await opened({ frame });
  open.server.addNumber(NUMBER, { display_number: "+91 98765" });
  open.server.write(NUMBER, ADA, "hello");
  await open.inbox.reloadNumbers();
  await open.pass();
}

const button = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name });

test("a customer is erased only after a question, and what remains elsewhere is told", async () => {
  await begun();
  const closed = vi.fn();
  await open.show(<Erasing erasure={{ customer: { contact_id: ADA, name: "Ada" } }} onClose={closed} />);
  const question = within(screen.getByRole("alertdialog", { name: "Erase Ada?" }));
  expect(question.getByText(/cannot erase what is not here/)).toBeTruthy();
  fireEvent.click(button("Cancel"));
  expect([closed.mock.calls.length, open.server.books(NUMBER).contact_ids]).toEqual([1, [ADA]]);

  fireEvent.click(button("Erase for good"));
  await open.pass();
  const receipt = within(screen.getByRole("dialog", { name: "Erased: Ada" }));
  expect(receipt.getByText("Meta keeps its own copy.")).toBeTruthy();
  expect(receipt.getByText("No archive keeps a copy.")).toBeTruthy();
  expect(open.inbox.current.value?.rows.value).toEqual([]);
  expect(open.server.books(NUMBER).contact_ids).toEqual([]);
});

test("where the server does not answer nothing goes, and it can be tried again", async () => {
  await begun();
  await open.show(<Erasing erasure={{ customer: { contact_id: ADA, name: "Ada" } }} onClose={() => {}} />);
  open.server.reachable = false;
  fireEvent.click(button("Erase for good"));
  await open.pass();
  expect(screen.getByRole("alert").textContent).toContain("does not answer");
  expect(open.inbox.current.value?.rows.value).toHaveLength(1);
  open.server.reachable = true;
  fireEvent.click(button("Erase for good"));
  await open.pass();
  expect(screen.getByRole("dialog", { name: "Erased: Ada" })).toBeTruthy();
});

test("the receipt is copied as plain text, with every count and day", async () => {
  await begun();
  const written = vi.fn(async (_: string) => {});
  vi.stubGlobal("navigator", { languages: navigator.languages, clipboard: { writeText: written } });
  const receipt: Receipt = {
    erased_at: "2026-03-01T09:00:00.000Z",
    contact_id: ADA,
    removed: { messages: 12, conversations: 1, changes: 0, parked: 0, dead_letters: 0, sends: 2 },
    archive_until: "2026-04-05",
    remains: ["Meta keeps its own copy."],
  };
  const erasure: Erasure = { receipt, of: "Ada" };
  await open.show(<Erasing erasure={erasure} onClose={() => {}} />);
  expect(screen.getByText(/drops its last copy on (5 April|April 5,) 2026/)).toBeTruthy();
  expect(screen.queryByText("Dead letters")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: /receipt/ }));
  await open.pass();
  vi.unstubAllGlobals();
  const text = written.mock.calls[0]?.[0] ?? "";
  for (const words of ["Erased: Ada", ADA, "Messages: 12", "2026-03-01T09:00:00.000Z", "last copy", "Meta keeps"]) {
    expect(text).toContain(words);
  }
});

test("a number is erased only by whoever types its label, with or without its spaces", async () => {
  const erase = vi.fn();
  await begun({ erase });
  const number = open.inbox.numbers.value[0];
  if (!number) throw new Error("no number");
  await open.show(<EraseEverything number={number} />);
  fireEvent.click(button("Erase everything of this number"));
  expect(button("Erase for good").disabled).toBe(true);
  const field = screen.getByLabelText("Type +91 98765 to go on");
  fireEvent.input(field, { target: { value: "+91 9876" } });
  expect(button("Erase for good").disabled).toBe(true);
  fireEvent.input(field, { target: { value: " +9198765" } });
  fireEvent.click(button("Erase for good"));
  await open.pass();
  expect(open.server.numbers.size).toBe(0);
  expect(open.inbox.state.value).toBe("unconnected");
  expect(erase.mock.calls[0]?.[0]).toMatchObject({ of: "+91 98765", receipt: { removed: { conversations: 1 } } });
});
