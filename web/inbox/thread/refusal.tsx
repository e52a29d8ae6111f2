/** What stays in the bubble of a message that did not get through, and what can be done about it there. */
import type { Shown } from "@core/chat";
import { again, tick } from "@core/tick";
import { say } from "@inbox/speech";
import style from "./bubble.module.css";
import { useDesk } from "./desk";
import { refusedWords } from "./refused";

export function Refusal({ message, reachable }: { message: Shown; reachable: boolean }) {
  const desk = useDesk();
  const sign = tick(message);
  if (sign !== "alert" && sign !== "unknown") return null;
  const tabIndex = reachable ? 0 : -1;
  const refused = message.pending?.state === "refused" ? message.pending : null;
  const why = (refused && refusedWords(refused)) ?? message.error?.title ?? message.error?.message;
  const details = (event: Event) => {
    const from = event.currentTarget as HTMLElement;
    desk.float({ kind: "details", message, beside: from.getBoundingClientRect(), from });
  };
  return (
    <div class={`${style.refusal} ${sign === "unknown" ? style.doubtful : ""}`}>
      <p>{sign === "unknown" ? say("message.unknown") : why || say("tick.alert")}</p>
      <p class={style.choices}>
        {refused && again(message) === "safe" && (
          <button type="button" tabIndex={tabIndex} onClick={() => desk.sendAgain(message)}>
            {say("message.send_again")}
          </button>
        )}
        {refused ? (
          <button type="button" tabIndex={tabIndex} onClick={() => desk.discard(message)}>
            {say("message.discard")}
          </button>
        ) : (
          <button type="button" tabIndex={tabIndex} onClick={details}>
            {say("message.details")}
          </button>
        )}
      </p>
    </div>
  );
}
