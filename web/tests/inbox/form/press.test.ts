/** A remark that appears below a field never moves the button that is being pressed. */
import { afterPress } from "@inbox/form/press";
import { expect, test } from "vitest";

const point = (type: string) => dispatchEvent(new Event(type));
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

test("without a press it happens at once", () => {
  const calls: string[] = [];
  afterPress(() => calls.push("remark"));
  expect(calls).toEqual(["remark"]);
});

test.each(["pointerup", "pointercancel"])(
  "during a press it waits for %s, and for the click that follows",
  async (end) => {
    const calls: string[] = [];
    point("pointerdown");
    afterPress(() => calls.push("remark"));
    await later();
    expect(calls).toEqual([]);
    point(end);
    calls.push("click");
    await later();
    expect(calls).toEqual(["click", "remark"]);
  },
);
