/** A question starts at the safe answer and gives the focus back, also when what it was about is gone. */
import { Confirm } from "@inbox/form/confirm";
import { Section } from "@inbox/form/section";
import { speech } from "@inbox/speech";
import { signal } from "@preact/signals";
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";

const asking = signal(false);
const there = signal(true);
let acts: number;

function Stage() {
  return (
    <Section title="Devices">
      {there.value && (
        <button
          type="button"
          onClick={() => {
            asking.value = true;
          }}
        >
          Revoke
        </button>
      )}
      {asking.value && (
        <Confirm
          title="Sure?"
          act="Revoke it"
          busy={false}
          trouble={null}
          onAct={() => acts++}
          onClose={() => {
            asking.value = false;
          }}
        >
          <p>It is gone then.</p>
        </Confirm>
      )}
    </Section>
  );
}

const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 5)));

beforeEach(async () => {
  acts = 0;
  asking.value = false;
  there.value = true;
  await speech.start();
  await speech.load("settings");
  render(<Stage />);
  const opener = screen.getByRole("button", { name: "Revoke" });
  opener.focus();
  fireEvent.click(opener);
  await drawn();
});
afterEach(cleanup);

test("it is named and explained, and nothing has happened yet", () => {
  const question = screen.getByRole("alertdialog", { name: "Sure?" });
  expect(document.getElementById(question.getAttribute("aria-describedby") ?? "")?.textContent).toBe(
    "It is gone then.",
  );
  expect(screen.getAllByRole("button").filter((button) => question.contains(button))[0]?.textContent).toBe("Cancel");
  expect(acts).toBe(0);
});

test("the focus goes back to the button that asked", async () => {
  fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await drawn();
  expect(document.activeElement?.textContent).toBe("Revoke");
});

test("where that button is gone, the focus goes to the heading above", async () => {
  fireEvent.click(screen.getByRole("button", { name: "Revoke it" }));
  there.value = false;
  asking.value = false;
  await drawn();
  expect(acts).toBe(1);
  expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Devices" }));
});
