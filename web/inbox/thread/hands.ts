/** Pointer, touch and focus on the list: which message they are at, and its actions on a long or a right press. */
import { useRef } from "preact/hooks";
import { type Desk, useDesk } from "./desk";

const LONG_PRESS_MS = 500; // where a long press makes no context menu by itself, as on iOS

export function useHands() {
  const desk = useDesk();
  const pressed = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const release = () => clearTimeout(pressed.current);
  return {
    point(event: Event) {
      desk.under.value = rowOf(event)?.dataset["message"] ?? null;
    },
    unpoint() {
      desk.under.value = null;
    },
    focus(event: Event) {
      const row = rowOf(event);
      desk.focused.value = row?.dataset["message"] ?? null;
      if (row) desk.at.value = desk.focused.peek();
    },
    unfocus() {
      desk.focused.value = null;
    },
    openActions(event: Event) {
      if (openActions(desk, event)) event.preventDefault();
    },
    press(event: Event) {
      release();
      pressed.current = setTimeout(() => openActions(desk, event), LONG_PRESS_MS);
    },
    release,
  };
}

function rowOf(event: Event): HTMLElement | null {
  return (event.target as Element).closest<HTMLElement>("[data-message]");
}

/** Links and chosen words keep the browser's own menu. */
function openActions(desk: Desk, event: Event): boolean {
  const row = rowOf(event);
  const message = desk.known.peek().get(row?.dataset["message"] ?? "");
  if (!row || !message || (event.target as Element).closest("a") || !getSelection()?.isCollapsed) return false;
  const beside = (row.firstElementChild ?? row).getBoundingClientRect();
  desk.float({ kind: "actions", message, beside, from: row });
  return true;
}
