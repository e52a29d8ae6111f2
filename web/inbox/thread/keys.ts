/** The keys of the conversation while a message has the focus. */
import type { Shown } from "@core/chat";
import type { Row } from "@core/grouping";
import { again } from "@core/tick";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";
import { messageText } from "./content";
import { type Desk, useDesk } from "./desk";
import { neighbour } from "./scrolling";

const FLASH_MS = 1600;

/** What the shortcuts dialog lists, in its order: the keys, and the id of the words for what they do. */
export const SHORTCUTS: readonly (readonly [keys: string, words: string])[] = [
  ["↑ ↓", "keys.move"],
  ["Home End", "keys.ends"],
  ["R", "keys.reply"],
  ["E", "keys.react"],
  ["C", "keys.copy"],
  ["S", "keys.send_again"],
  ["D", "keys.details"],
  ["Enter", "keys.actions"],
  ["Esc", "keys.back"],
  ["?", "keys.help"],
];

export function useKeys(
  rows: readonly Row[],
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLElement | null>,
): (event: KeyboardEvent) => void {
  const desk = useDesk();
  const current = useRef(rows);
  current.current = rows;

  const focus = (id: string | null, align: "nearest" | "center") => {
    const index = id === null ? -1 : current.current.findIndex((row) => row.key === id);
    if (id === null || index < 0) return false;
    desk.at.value = id;
    list.current?.scrollToIndex(index, { align });
    // Its row is drawn with the next frame at the latest: the stop of the list is always kept.
    if (!give(desk, id)) requestAnimationFrame(() => give(desk, id));
    return true;
  };

  useEffect(() => {
    desk.goTo = (id) => {
      if (!focus(id, "center")) return false;
      desk.flashed.value = id;
      setTimeout(() => {
        if (desk.flashed.peek() === id) desk.flashed.value = null;
      }, FLASH_MS);
      return true;
    };
  }, []);

  return (event) => {
    const row = (event.target as Element).closest<HTMLElement>("[data-message]");
    const message = desk.known.peek().get(row?.dataset["message"] ?? "");
    if (!row || !message || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target !== row) return; // a button or link of the message
    if (!act(desk, message, row, event.key, current.current, focus, scroller.current)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function give(desk: Desk, id: string): boolean {
  const element = desk.elementOf(id);
  element?.focus({ preventScroll: true });
  return !!element;
}

/** Whether the key meant something here. */
function act(
  desk: Desk,
  message: Shown,
  row: HTMLElement,
  key: string,
  rows: readonly Row[],
  focus: (id: string | null, align: "nearest" | "center") => boolean,
  scroller: HTMLElement | null,
): boolean {
  const beside = (row.firstElementChild ?? row).getBoundingClientRect();
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case "ArrowUp":
      return focus(neighbour(rows, message.id, -1), "nearest") || scrolled(scroller, -1);
    case "ArrowDown":
      if (!focus(neighbour(rows, message.id, 1), "nearest")) desk.compose();
      return true;
    case "Home":
      return focus(neighbour(rows, rows[0]?.key ?? null, 1), "nearest");
    case "End":
      return focus(neighbour(rows, null, -1), "nearest");
    case "Enter":
    case " ":
      desk.float({ kind: "actions", message, beside, from: row });
      return true;
    case "r":
      if (desk.mayAnswer(message)) desk.reply(message);
      return true;
    case "e":
      if (desk.mayAnswer(message)) desk.float({ kind: "react", message, beside, from: row });
      return true;
    case "c":
      void navigator.clipboard?.writeText(messageText(message)).catch(() => {});
      return true;
    case "s":
      if (again(message) === "safe") desk.sendAgain(message);
      else if (again(message) === "ask") desk.float({ kind: "details", message, beside, from: row });
      return true;
    case "d":
      desk.float({ kind: "details", message, beside, from: row });
      return true;
    case "?":
      desk.float({ kind: "shortcuts", beside, from: row });
      return true;
    case "Escape":
      desk.compose();
      return true;
    default:
      return false;
  }
}

function scrolled(scroller: HTMLElement | null, by: 1 | -1): boolean {
  scroller?.scrollBy({ top: by * 80 });
  return true;
}
