/** A box beside something: it stays in sight, closes with Esc or a press elsewhere, and gives the focus back. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { placed } from "./beside";
import style from "./box.module.css";
import { type Beside, useDesk } from "./desk";

interface BoxProps {
  beside: Beside;
  /** Makes a dialog of it; a menu or toolbar inside names itself. */
  label?: string;
  class?: string | undefined;
  children: ComponentChildren;
}

export function Box({ beside, label, class: more, children }: BoxProps) {
  const desk = useDesk();
  const box = useRef<HTMLDivElement>(null);
  usePlaced(box, beside);

  useLayoutEffect(() => {
    const element = box.current;
    const pressed = (event: Event) => {
      if (!element?.contains(event.target as Node)) desk.close(true);
    };
    const left = (event: FocusEvent) => {
      const to = event.relatedTarget;
      if (to instanceof Node && !element?.contains(to)) desk.close(true);
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      desk.close();
    };
    addEventListener("pointerdown", pressed, true);
    element?.addEventListener("focusout", left);
    element?.addEventListener("keydown", escaped);
    return () => {
      removeEventListener("pointerdown", pressed, true);
      element?.removeEventListener("focusout", left);
      element?.removeEventListener("keydown", escaped);
    };
  }, [desk]);

  return (
    <div
      ref={box}
      {...(label ? { role: "dialog", "aria-label": label } : {})}
      // In the top layer nothing around it can clip or move it.
      popover="manual"
      class={`${style.box} ${more ?? ""}`}
    >
      {children}
    </div>
  );
}

/** In sight and beside its place, also when it grows or the window changes. */
export function usePlaced(box: { current: HTMLElement | null }, beside: Beside): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.showPopover?.();
    const place = () => {
      const { left, top } = placed(
        beside,
        { width: element.offsetWidth, height: element.offsetHeight },
        { width: innerWidth, height: innerHeight },
      );
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
    };
    place();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(place);
    observer.observe(element);
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, [beside]);
}
