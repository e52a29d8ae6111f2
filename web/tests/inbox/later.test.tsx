/** A view that is fetched when it is first needed. */
import { later } from "@inbox/later";
import { speech } from "@inbox/speech";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import type { ComponentType } from "preact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settled } from "../stage";

beforeEach(() => speech.start());
afterEach(cleanup);

const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>;
const calm = () => act(() => settled());

test("it is fetched once, and shown with what it was given", async () => {
  let fetched = 0;
  const Later = later<{ name: string }>(async () => {
    fetched += 1;
    return Greeting;
  });
  const view = render(<Later name="Ada" />);
  expect(view.container.querySelector("[aria-busy]")).not.toBeNull();
  await calm();
  expect(screen.getByText("Hello Ada")).toBeTruthy();
  view.unmount();
  render(<Later name="Bob" />);
  expect(screen.getByText("Hello Bob")).toBeTruthy();
  expect(fetched).toBe(1);
});

test("where it cannot be had that is said, and it can be asked for again", async () => {
  const answers: (() => Promise<ComponentType<{ name: string }>>)[] = [
    () => Promise.reject(new TypeError("no network")),
    async () => Greeting,
  ];
  const Later = later<{ name: string }>(() => (answers.shift() ?? (async () => Greeting))());
  render(<Later name="Ada" />);
  await calm();
  expect(screen.getByRole("alert").textContent).toContain("could not be loaded");
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await calm();
  expect(screen.getByText("Hello Ada")).toBeTruthy();
});
