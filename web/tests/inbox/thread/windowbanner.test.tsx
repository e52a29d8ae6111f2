/** The reply window: the guide's words, right to the second, by the server's clock. */
import { act, screen } from "@testing-library/preact";
import { afterEach, expect, test } from "vitest";
import { field, leave, messages, press, room, type } from "./room";

afterEach(leave);

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse("2026-03-01T09:00:00.000Z");
const CLOSED = "24-hour reply window closed — only a template message can be sent now";
const ago = (ms: number) => ({ sent_at: new Date(NOW_MS - ms).toISOString() });
const said = () => screen.getByText(/left to reply freely/).textContent;

test("it counts hours and minutes, in the last hour minutes and seconds, and at zero it flips without a reload", async () => {
  const { pass } = await room((write) => write("Hello", ago(24 * HOUR_MS - 3_605_000)));
  expect(said()).toBe("1h 0m left to reply freely");
  await pass(5_000);
  expect(said()).toMatch(/^59m 5\ds left to reply freely$/);
  leave();
  const later = await room((write) => write("Hello", ago(24 * HOUR_MS - 12_000)));
  expect(said()).toMatch(/^0m 1\ds left to reply freely$/);
  await later.pass(12_000);
  expect(screen.getAllByText(CLOSED)).not.toEqual([]);
  expect(screen.queryByText(/left to reply freely/)).toBeNull();
});

test("a wrong clock on the laptop changes nothing", async () => {
  const { clock, number, pass } = await room();
  clock.set(clock.now() + 20 * HOUR_MS);
  await number.refresh();
  await pass(1_000);
  expect(said()).toBe("23h 59m left to reply freely");
});

test("the turn is told to a screen reader, the countdown is not", async () => {
  const { pass } = await room((write) => write("Hello", ago(24 * HOUR_MS - 5_000)));
  const status = () => screen.getAllByRole("status").map((one) => one.textContent);
  expect(status().join("")).not.toContain("left to reply");
  await pass(6_000);
  expect(status()).toContain(CLOSED);
});

test("the window opens again when the customer writes", async () => {
  const { write } = await room((write) => write("Hello", ago(25 * HOUR_MS)));
  expect(screen.getAllByText(CLOSED)).not.toEqual([]);
  await write("Still there?");
  expect(said()).toBe("23h 59m left to reply freely");
});

test("a closed window warns, and still sends: Meta decides", async () => {
  await room((write) => write("Hello", ago(25 * HOUR_MS)));
  await type("Hello?");
  field().focus();
  await press("Enter");
  expect(messages().at(-1)).toMatch(/Hello\?/);
});

test("after the machine has slept it is right as soon as it is looked at", async () => {
  const { visible, clock } = await room();
  await act(() => {
    visible.value = false;
  });
  clock.sleep(23 * HOUR_MS + 30 * 60_000);
  await act(() => {
    visible.value = true;
  });
  expect(said()).toMatch(/^29m \d+s left to reply freely$/);
});
