/** Copying says that it is done, or that it could not be done. */
import { CopyLine } from "@inbox/form/copy";
import { speech } from "@inbox/speech";
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(async () => {
  await speech.start();
  await speech.load("settings");
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function clipboard(writeText: (text: string) => Promise<void>) {
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
}

test("what is copied is the whole text, and a live region says so", async () => {
  const copied: string[] = [];
  clipboard(async (text) => void copied.push(text));
  render(<CopyLine label="Address" text="https://inbox.test/a" />);
  fireEvent.click(screen.getByRole("button", { name: "Copy Address" }));
  expect(await screen.findByText("Copied: Address")).toBe(screen.getByRole("status"));
  expect(copied).toEqual(["https://inbox.test/a"]);
});

test("where the browser refuses, the text can be selected by hand", async () => {
  clipboard(() => Promise.reject(new Error("denied")));
  render(<CopyLine label="Address" text="https://inbox.test/a" />);
  fireEvent.click(screen.getByRole("button", { name: "Copy Address" }));
  expect(await screen.findByText(/select the text/)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>("Address").value).toBe("https://inbox.test/a");
});
