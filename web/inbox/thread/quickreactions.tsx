/** The few reactions that are used most, in a row, with a way to all the others. */
import type { Shown } from "@core/chat";
import { say } from "@inbox/speech";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Box } from "./box";
import { type Beside, ownReaction, useDesk } from "./desk";
import style from "./quickreactions.module.css";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

export function QuickReactions({ beside, message }: { beside: Beside; message: Shown }) {
  const desk = useDesk();
  const row = useRef<HTMLDivElement>(null);
  const own = ownReaction(message);
  const buttons = () => [...(row.current?.querySelectorAll("button") ?? [])];
  useLayoutEffect(() => buttons()[0]?.focus(), []);

  const move = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const ahead = getComputedStyle(event.currentTarget as Element).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + ahead, ArrowLeft: at - ahead, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") desk.close();
    else if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const pick = (emoji: string) => {
    desk.react(message, emoji);
    desk.close();
  };
  const shown = own && !QUICK.includes(own) ? [own, ...QUICK] : QUICK;
  return (
    <Box beside={beside} class={style.box}>
      <div ref={row} class={style.row} role="toolbar" aria-label={say("message.react")} onKeyDown={move}>
        {shown.map((emoji) => (
          <button
            key={emoji}
            type="button"
            class={style.emoji}
            tabIndex={-1}
            aria-label={emoji}
            aria-pressed={emoji === own}
            onClick={() => pick(emoji)}
          >
            {emoji}
          </button>
        ))}
        <button
          type="button"
          class={`${style.emoji} ${style.more}`}
          tabIndex={-1}
          aria-label={say("emoji.all")}
          title={say("emoji.all")}
          onClick={() =>
            desk.float({ kind: "react", message, beside, from: desk.floating.peek()?.from ?? null, all: true })
          }
        >
          +
        </button>
      </div>
    </Box>
  );
}
