/** Why the newest message did not get through, above the composer: Meta's own words, then ours, then what to do. */
import type { Shown } from "@core/chat";
import { again } from "@core/tick";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { messageText } from "./content";
import { useDesk } from "./desk";
import style from "./failurepanel.module.css";
import { GraphWords } from "./graphwords";
import { refusedWords } from "./refused";

export function FailurePanel() {
  const { thread } = useDesk();
  const message = thread.failure.value;
  return message ? <Failure key={message.id} message={message} /> : null;
}

function Failure({ message }: { message: Shown }) {
  const desk = useDesk();
  const asked = useSignal(false);
  const refused = message.pending?.state === "refused" ? message.pending : null;
  const doubtful = again(message) === "ask";
  const dismiss = () => {
    if (refused) desk.discard(message);
    else desk.thread.dismissFailure();
    desk.compose();
  };
  const send = () => {
    if (doubtful && !asked.value) asked.value = true;
    else desk.sendAgain(message);
  };
  return (
    <section class={`${style.panel} ${doubtful ? style.doubtful : ""}`} aria-label={say("failure.label")}>
      <div class={style.words} role="alert">
        <p class={style.title}>{say(doubtful ? "failure.unknown_title" : "failure.title")}</p>
        <p class={style.said} dir="auto">
          {messageText(message)}
        </p>
        {doubtful && <p>{say("failure.unknown_words")}</p>}
        {refused && <p>{refusedWords(refused)}</p>}
        {message.error && <GraphWords error={message.error} />}
        {asked.value && <p class={style.title}>{say("failure.twice")}</p>}
      </div>
      <div class={style.choices}>
        {again(message) !== "no" && (
          <button type="button" class={style.choice} onClick={send}>
            {say(asked.value ? "failure.send_anyway" : "message.send_again")}
          </button>
        )}
        <button type="button" class={style.choice} onClick={dismiss}>
          {say(refused ? "message.discard" : "failure.dismiss")}
        </button>
      </div>
    </section>
  );
}
