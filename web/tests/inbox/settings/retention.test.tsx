/** How long messages are kept: longer at once, shorter only after a question. */
import type { InboxNumber } from "@core/chat";
import { Retention } from "@inbox/settings/retention";
import { fireEvent, screen, within } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

let open: Opened;
afterEach(() => open.close());

function Page() {
  const number = open.inbox.numbers.value[0];
  return number ? <Retention number={number} /> : null;
}
async function shown(over: Partial<InboxNumber> = {}) {
  open = await opened();
  open.server.addNumber("100", { display_number: "+91 1", ...over });
  await open.inbox.reloadNumbers();
  await open.show(<Page />);
}
const select = () => screen.getByLabelText<HTMLSelectElement>("Keep messages for");
async function choose(days: string) {
  fireEvent.change(select(), { target: { value: days } });
  await open.pass();
}

test("for longer is in force at once, for shorter only after a question", async () => {
  await shown({ retention_days: 90 });
  expect(select().selectedOptions[0]?.textContent).toBe("90 days");
  await choose("365");
  expect(open.desk.written).toEqual([{ retention_days: 365 }]);
  expect(select().selectedOptions[0]?.textContent).toBe("1 year");

  await choose("30");
  expect(open.desk.written).toHaveLength(1);
  expect(select().value).toBe("365");
  const question = within(screen.getByRole("alertdialog", { name: "Erase messages older than 30 days?" }));
  fireEvent.click(question.getByRole("button", { name: "Cancel" }));
  await choose("30");
  fireEvent.click(screen.getByRole("button", { name: "Erase older messages" }));
  await open.pass();
  expect(open.desk.written.at(-1)).toEqual({ retention_days: 30 });
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

test("for ever is 0, and any limit after it is shorter; what an operator has set is among the choices", async () => {
  await shown({ retention_days: 45 });
  expect(select().selectedOptions[0]?.textContent).toBe("45 days");
  await choose("0");
  expect(open.desk.written).toEqual([{ retention_days: 0 }]);
});
