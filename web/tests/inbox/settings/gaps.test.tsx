/** What seems to be missing of a number, as its page says it. */
import type { InboxNumber } from "@core/chat";
import { NumberPage } from "@inbox/settings/number";
import { screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { type Opened, opened } from "../opened";

let open: Opened;
afterEach(() => open.close());

function Page() {
  const number = open.inbox.numbers.value[0];
  return number ? <NumberPage number={number} onGo={() => {}} /> : null;
}
async function shown(over: Partial<InboxNumber> = {}) {
  open = await opened();
  open.server.addNumber("100", { display_number: "+91 1", ...over });
  await open.inbox.reloadNumbers();
  await open.show(<Page />);
}

test("nothing is said of gaps where there are none", async () => {
  await shown();
  expect(screen.queryByText("What seems to be missing")).toBeNull();
});

test("each gap is said in a sentence, another app's apart from ours", async () => {
  const gaps = { unknown_statuses: 1, elsewhere_statuses: 1000, unseen_quotes: 2, unseen_targets: 0 };
  await shown({ gaps: { ...gaps, silent_since: "2026-03-01T04:00:00.000Z" } });
  for (const words of [
    /tells of 1 message that was sent from here and is not shown/,
    /Another app has sent 1,000 messages/,
    /2 messages that somebody answered never came here/,
    /No webhook since/,
  ]) {
    expect(screen.getByText(words)).toBeTruthy();
  }
  expect(screen.queryByText(/with a reaction/)).toBeNull();
});
