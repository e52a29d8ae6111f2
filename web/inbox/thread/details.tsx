/** Everything known of one message: its steps, where it came from, who reacted, why it failed. */
import type { MessageReaction, Shown } from "@core/chat";
import { again } from "@core/tick";
import { formatDateTime, say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useDesk } from "./desk";
import { Dialog } from "./dialog";
import style from "./dialog.module.css";
import { GraphWords } from "./graphwords";
import { originLabel, personName } from "./person";
import { steps } from "./steps";
import { Support } from "./support";

export function Details({ message: opened }: { message: Shown }) {
  const desk = useDesk();
  // As it is now, not as it was when the dialog was opened.
  const message = desk.known.value.get(opened.id) ?? opened;
  const reactions = message.reactions?.filter((one) => one.emoji) ?? [];
  return (
    <Dialog title={say("message.details")}>
      <dl class={style.table}>
        <Fact name="details.from" value={author(message, desk)} />
        {steps(message).map((step) => (
          <Fact key={step.name} name={`step.${step.name}`} value={formatDateTime(step.at_ms)} />
        ))}
        {message.pending && <Fact name="details.here" value={say(`pending.${message.pending.state}`)} />}
        {message.wamid && <Fact name="details.wamid" value={message.wamid} />}
      </dl>
      {reactions.length > 0 && (
        <section class={style.part}>
          <h3>{say("details.reactions")}</h3>
          {reactions.map((one) => (
            <Reacted key={one.by} message={message} reaction={one} />
          ))}
        </section>
      )}
      {message.error && (
        <section class={style.part}>
          <h3>{say("failure.title")}</h3>
          <GraphWords error={message.error} />
        </section>
      )}
      <SendAgain message={message} />
      <Support message={message} />
    </Dialog>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{say(name)}</dt>
      <dd dir="auto">{value}</dd>
    </>
  );
}

function Reacted({ message, reaction }: { message: Shown; reaction: MessageReaction }) {
  const desk = useDesk();
  const ours = reaction.by === "business";
  const who = ours ? say("message.you") : personName(desk.thread.conversation.value, desk.thread.contact_id.value);
  return (
    <>
      <p class={style.line}>
        <span>
          {reaction.emoji} {who} · {formatDateTime(Date.parse(reaction.at))}
        </span>
        {ours && (
          <button type="button" class={style.button} onClick={() => desk.react(message, reaction.emoji)}>
            {say("details.take_back")}
          </button>
        )}
      </p>
      {reaction.error && <GraphWords error={reaction.error} />}
    </>
  );
}

/** Where it may have arrived already, sending again is a choice made knowing that. */
function SendAgain({ message }: { message: Shown }) {
  const desk = useDesk();
  const how = again(message);
  const asked = useSignal(false);
  if (how === "no") return null;
  const send = () => {
    if (how === "ask" && !asked.value) {
      asked.value = true;
      return;
    }
    desk.close(true);
    desk.sendAgain(message);
  };
  return (
    <section class={style.part}>
      {how === "ask" && <p>{say(asked.value ? "failure.twice" : "failure.unknown_words")}</p>}
      <p class={style.choices}>
        <button type="button" class={style.button} onClick={send}>
          {say(asked.value ? "failure.send_anyway" : "message.send_again")}
        </button>
      </p>
    </section>
  );
}

function author(message: Shown, desk: ReturnType<typeof useDesk>): string {
  if (message.direction === "inbound") {
    return personName(desk.thread.conversation.value, desk.thread.contact_id.value);
  }
  return originLabel(message, desk.agent_id) ?? say("message.you");
}
