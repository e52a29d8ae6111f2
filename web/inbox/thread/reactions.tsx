/** The reactions to a message as a chip over its lower edge; it opens who reacted with what. */
import type { MessageReaction, Shown } from "@core/chat";
import { say } from "@inbox/speech";
import { useDesk } from "./desk";
import { personName } from "./person";
import style from "./reactions.module.css";

const SHOWN_MAX = 4; // different emoji in one chip; the rest are a count

export function Reactions({ message, reachable }: { message: Shown; reachable: boolean }) {
  const desk = useDesk();
  const reactions = message.reactions?.filter((one) => one.emoji) ?? [];
  if (reactions.length === 0) return null;
  const emoji = [...new Set(reactions.map((one) => one.emoji))];
  const contact = personName(desk.thread.conversation.value, desk.thread.contact_id.value);
  const who = (one: MessageReaction) => `${one.by === "business" ? say("message.you") : contact} ${one.emoji}`;
  const open = (event: Event) => {
    const from = event.currentTarget as HTMLElement;
    desk.float({ kind: "details", message, beside: from.getBoundingClientRect(), from });
  };
  return (
    <button
      type="button"
      class={style.chip}
      tabIndex={reachable ? 0 : -1}
      aria-label={say("message.reactions", { who: reactions.map(who).join(", ") })}
      onClick={open}
    >
      {emoji.slice(0, SHOWN_MAX).map((one) => (
        <span key={one}>{one}</span>
      ))}
      {reactions.length > emoji.slice(0, SHOWN_MAX).length && <span class={style.count}>{reactions.length}</span>}
    </button>
  );
}
