/** The little of React that virtua is given. */

import { flushSync, forwardRef, jsx, memo, useImperativeHandle, useState } from "@inbox/react";
import { act, cleanup, render } from "@testing-library/preact";
import { createRef } from "preact";
import { afterEach, expect, test } from "vitest";

afterEach(cleanup);

test("what is memoised is drawn again only when a property is another one", () => {
  const drawn: number[] = [];
  const Counted = memo(({ at }: { at: number }) => {
    drawn.push(at);
    return <p>{at}</p>;
  });
  const view = render(<Counted at={1} />);
  view.rerender(<Counted at={1} />);
  view.rerender(<Counted at={2} />);
  expect(drawn).toEqual([1, 2]);
  expect(view.container.textContent).toBe("2");
});

test("a ref is handed to what asks for it", () => {
  const Handled = forwardRef((props, ref) => {
    useImperativeHandle(ref as { current: unknown }, () => `handle of ${props["name"]}`);
    return null;
  }) as unknown as (props: { name: string; ref: { current: unknown } }) => null;
  const ref = createRef<unknown>();
  render(<Handled name="list" ref={ref} />);
  expect(ref.current).toBe("handle of list");
});

test("a change within flushSync is on the page when it returns", () => {
  let change: (to: string) => void = () => {};
  function Changing() {
    const [shown, show] = useState("before");
    change = show;
    return <p>{shown}</p>;
  }
  const { container } = render(<Changing />);
  flushSync(() => change("after"));
  expect(container.textContent).toBe("after");
  act(() => change("later"));
  expect(container.textContent).toBe("later");
});

test("bare numbers in a style are pixels", () => {
  const { container } = render(jsx("p", { style: { top: 72, position: "absolute" } }));
  expect((container.firstElementChild as HTMLElement).style.top).toBe("72px");
});
