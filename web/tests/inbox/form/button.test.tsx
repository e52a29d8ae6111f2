/** A button that is busy takes no second press, and keeps the focus that is on it. */
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";

afterEach(cleanup);

test("a busy button is not pressed", () => {
  let presses = 0;
  render(
    <Button busy onPress={() => presses++}>
      Save
    </Button>,
  );
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Save" });
  button.focus();
  fireEvent.click(button);
  expect(presses).toBe(0);
  expect(button.disabled).toBe(false);
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(document.activeElement).toBe(button);
});

test("a busy submit button does not submit, and a form sent by Enter meanwhile asks nobody", async () => {
  let asked = 0;
  let answer = () => {};
  function Form() {
    const saving = useAttempt();
    const ask = () =>
      new Promise<void>((resolve) => {
        asked++;
        answer = resolve;
      });
    return (
      <form
        aria-label="Form"
        onSubmit={(event) => {
          event.preventDefault();
          void saving.run(ask);
        }}
      >
        <Button type="submit" busy={saving.busy.value}>
          Save
        </Button>
      </form>
    );
  }
  render(<Form />);
  fireEvent.click(screen.getByRole("button"));
  fireEvent.submit(screen.getByRole("form"));
  expect(asked).toBe(1);
  answer();
  await waitFor(() => expect(screen.getByRole("button").getAttribute("aria-busy")).toBeNull());
  fireEvent.submit(screen.getByRole("form"));
  expect(asked).toBe(2);
});
