/** The emoji in lines of eight, of which only those in sight are drawn. */

import type { Signal } from "@preact/signals";
import { useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import style from "./box.module.css";
import { type Line, moved, type Place } from "./shelf";
import { toned } from "./table";

const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]);
const START: Place = { line: 1, column: 0 }; // below the first heading

interface GridProps {
  shelf: readonly Line[];
  tone: number;
  /** The heading to go to. */
  jump: Signal<string | null>;
  search: RefObject<HTMLInputElement | null>;
  onPick(emoji: string): void;
}

export function Grid({ shelf, tone, jump, search, onPick }: GridProps) {
  const at = useSignal<Place>(START);
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);

  useEffect(() => {
    at.value = START;
    list.current?.scrollTo(0);
  }, [shelf]);
  useSignalEffect(() => {
    const wanted = jump.value;
    const line = shelf.findIndex((one) => one.kind === "heading" && one.words === wanted);
    if (line < 0) return;
    list.current?.scrollToIndex(line);
    at.value = { line: line + 1, column: 0 };
    jump.value = null;
  });

  const focus = (place: Place) => {
    at.value = place;
    list.current?.scrollToIndex(place.line, { align: "nearest" });
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus());
  };
  useEffect(() => {
    const field = search.current;
    const box = scroller.current;
    const down = (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      focus(at.peek());
    };
    const move = (event: KeyboardEvent) => {
      if (!ARROWS.has(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const to = moved(shelf, at.peek(), event.key);
      if (to) focus(to);
      else field?.focus();
    };
    field?.addEventListener("keydown", down);
    box?.addEventListener("keydown", move);
    return () => {
      field?.removeEventListener("keydown", down);
      box?.removeEventListener("keydown", move);
    };
  }, [shelf]);

  const place = at.value;
  return (
    <div ref={scroller} class={style.grid}>
      <Virtualizer ref={list} scrollRef={scroller} data={shelf} keepMounted={[place.line]}>
        {(line: Line, index: number) =>
          line.kind === "heading" ? (
            <h3 class={style.heading} key={line.words}>
              {line.words}
            </h3>
          ) : (
            <div class={style.line} key={line.cells[0]?.emoji ?? index}>
              {line.cells.map((one, column) => (
                <button
                  key={one.emoji}
                  type="button"
                  class={style.emoji}
                  tabIndex={index === place.line && column === place.column ? 0 : -1}
                  aria-label={one.name}
                  title={one.name}
                  onClick={() => {
                    at.value = { line: index, column };
                    onPick(toned(one, tone));
                  }}
                >
                  {toned(one, tone)}
                </button>
              ))}
            </div>
          )
        }
      </Virtualizer>
    </div>
  );
}
