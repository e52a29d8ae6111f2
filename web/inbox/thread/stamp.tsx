/** Time and tick at the lower right of a bubble; pointing at it or reaching it by keyboard shows every step. */
import type { Shown } from "@core/chat";
import { tick } from "@core/tick";
import { formatTime, say } from "@inbox/speech";
import { Tickmark } from "@inbox/tickmark";
import { TIP_ID } from "./beside";
import style from "./bubble.module.css";
import { useDesk } from "./desk";

/** `reachable` while its message is the one the arrow keys are at. */
export function Stamp({ message, reachable }: { message: Shown; reachable: boolean }) {
  const desk = useDesk();
  const sign = tick(message);
  const time = formatTime(Date.parse(message.sent_at));
  const show = (event: Event) => {
    const at = event.currentTarget as HTMLElement;
    desk.tip.value = { beside: at.getBoundingClientRect(), message };
  };
  const hide = () => {
    desk.tip.value = null;
  };
  const open = (event: Event) => {
    const from = event.currentTarget as HTMLElement;
    desk.float({ kind: "details", message, beside: from.getBoundingClientRect(), from });
  };
  return (
    <button
      type="button"
      class={style.stamp}
      // A direction of its own keeps the stamp out of the guess at the message's direction.
      dir={document.documentElement.dir === "rtl" ? "rtl" : "ltr"}
      tabIndex={reachable ? 0 : -1}
      aria-describedby={desk.tip.value?.message.id === message.id ? TIP_ID : undefined}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      onClick={open}
    >
      {message.edited_at && !message.revoked_at && <span>{say("message.edited")}</span>}
      <time dateTime={message.sent_at}>{time}</time>
      {sign && <Tickmark tick={sign} />}
    </button>
  );
}
