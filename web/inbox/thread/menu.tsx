/** A menu as menus are: arrows move, Enter chooses, Esc closes; and the one of a message. */
import type { Shown } from "@core/chat";
import { again } from "@core/tick";
import { say } from "@inbox/speech";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Box } from "./box";
import { messageText } from "./content";
import { type Beside, type Desk, useDesk } from "./desk";
import style from "./menu.module.css";

export interface Entry {
  words: string;
  key?: string;
  /** What it opens or focuses is not taken back to where the menu was opened from. */
  leads?: boolean;
  choose(): void;
}

export function Menu({ beside, label, entries }: { beside: Beside; label: string; entries: readonly Entry[] }) {
  const desk = useDesk();
  const list = useRef<HTMLDivElement>(null);
  const buttons = () => [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  useLayoutEffect(() => buttons()[0]?.focus(), []);

  const move = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") desk.close();
    else if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Box beside={beside}>
      <div ref={list} class={style.menu} role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
        {entries.map((entry) => (
          <button
            key={entry.words}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={style.entry}
            aria-keyshortcuts={entry.key}
            onClick={() => {
              desk.close(entry.leads);
              entry.choose();
            }}
          >
            <span>{entry.words}</span>
            {entry.key && (
              <span aria-hidden="true" class={style.key}>
                {entry.key}
              </span>
            )}
          </button>
        ))}
      </div>
    </Box>
  );
}

export function ActionsMenu({ beside, message }: { beside: Beside; message: Shown }) {
  const desk = useDesk();
  return <Menu beside={beside} label={say("message.actions")} entries={entriesOf(desk, message, beside)} />;
}

function entriesOf(desk: Desk, message: Shown, beside: Beside): Entry[] {
  const text = messageText(message);
  const from = desk.floating.peek()?.from ?? null;
  const entries: (Entry | false)[] = [
    desk.mayAnswer(message) && {
      words: say("message.reply"),
      key: "R",
      leads: true,
      choose: () => desk.reply(message),
    },
    desk.mayAnswer(message) && {
      words: say("message.react"),
      key: "E",
      leads: true,
      choose: () => desk.float({ kind: "react", message, beside, from }),
    },
    text !== "" && { words: say("message.copy"), key: "C", choose: () => copy(text) },
    again(message) === "safe" && {
      words: say("message.send_again"),
      key: "S",
      leads: true,
      choose: () => desk.sendAgain(message),
    },
    message.pending?.state === "refused" && {
      words: say("message.discard"),
      leads: true,
      choose: () => desk.discard(message),
    },
    {
      words: say("message.details"),
      key: "D",
      leads: true,
      choose: () => desk.float({ kind: "details", message, beside, from }),
    },
  ];
  return entries.filter((entry) => entry !== false);
}

/** Refused where the page is not trusted with the clipboard; there is nothing better to offer then. */
export function copy(text: string): void {
  void navigator.clipboard?.writeText(text).catch(() => {});
}
