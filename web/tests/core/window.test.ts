/** The countdown is right to the millisecond and never promises time that is gone. */
import { countdown, unchangedFor_ms, windowLeft } from "@core/window";
import { describe, expect, test } from "vitest";

const EXPIRES = "2026-11-22T15:00:00.000Z";
const AT = Date.parse(EXPIRES);

describe("the window", () => {
  test.each([
    [AT - 86_400_000, true, 86_400_000],
    [AT - 1, true, 1],
    [AT, false, 0],
    [AT + 1, false, 0],
  ])("at %i it is open: %s, with %i ms left", (now, open, left_ms) => {
    expect(windowLeft({ window_expires_at: EXPIRES }, now)).toEqual({ open, left_ms });
  });

  test("of somebody who never wrote is closed", () => {
    expect(windowLeft({}, AT)).toEqual({ open: false, left_ms: 0 });
  });
});

describe("the countdown", () => {
  test.each([
    [85_260_000, 23, 41, 0],
    [85_259_999, 23, 40, 59],
    [59_999, 0, 0, 59],
    [0, 0, 0, 0],
    [86_400_000, 24, 0, 0],
  ])("of %i ms shows %i h %i min %i s", (left_ms, hours, minutes, seconds) => {
    expect(countdown(left_ms)).toEqual({ hours, minutes, seconds });
  });

  test("stays as it is exactly as long as it says", () => {
    for (let left_ms = 3_700_000; left_ms > 60_000; left_ms -= 7_919) {
      const { hours, minutes } = countdown(left_ms);
      const wait_ms = unchangedFor_ms(left_ms);
      expect(countdown(left_ms - wait_ms + 1)).toMatchObject({ hours, minutes });
      expect(countdown(left_ms - wait_ms)).not.toMatchObject({ hours, minutes });
    }
    expect(unchangedFor_ms(1_500)).toBe(501);
    expect(unchangedFor_ms(0)).toBe(0);
  });
});
