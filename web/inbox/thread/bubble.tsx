/** One message as a bubble: who, what it answers, its words, when, how far it got, what became of it. */
import type { Shown } from "@core/chat";
import { lateBy_ms } from "@core/late";
import { placeholder } from "@core/placeholder";
import { daysBetween, formatDate, formatTime, say } from "@inbox/speech";
import style from "./bubble.module.css";
import { messageText } from "./content";
import { useDesk } from "./desk";
import { emojiOnly } from "./emojionly";
import { Quote } from "./quote";
import { Reactions } from "./reactions";
import { Refusal } from "./refusal";
import { Stamp } from "./stamp";
import { Words } from "./words";

interface BubbleProps {
  message: Shown;
  firstOfGroup: boolean;
  origin: string | null;
  reachable: boolean;
}

export function Bubble({ message, firstOfGroup, origin, reachable }: BubbleProps) {
  const body = messageText(message);
  const large = placeholder(message) ? 0 : emojiOnly(body);
  const answered = message.revoked_at ? undefined : message.context?.message_id;
  return (
    <div class={`${style.bubble} ${firstOfGroup ? style.tailed : ""}`}>
      {origin && firstOfGroup && (
        <p class={style.origin} dir="auto">
          {origin}
        </p>
      )}
      <Remarks message={message} />
      {answered && <Quote message_id={answered} reachable={reachable} />}
      {/* The stamp floats in the flow of the words, so that they run around it whichever way they are written. */}
      <div class={`${style.flow} ${large ? style[`large${large}`] : ""}`} dir="auto">
        <Saying message={message} body={body} reachable={reachable} />
        <Stamp message={message} reachable={reachable} />
      </div>
      <Refusal message={message} reachable={reachable} />
      {!message.revoked_at && <Reactions message={message} reachable={reachable} />}
    </div>
  );
}

function Saying({ message, body, reachable }: { message: Shown; body: string; reachable: boolean }) {
  if (message.revoked_at) return <span class={style.gone}>{say("message.deleted")}</span>;
  const kind = placeholder(message);
  return (
    <>
      {kind && (
        <span class={style.kind} dir="ltr">
          {kind}
        </span>
      )}
      {kind && body && " "}
      <span class={style.words}>
        <Words body={body} reachable={reachable} />
      </span>
    </>
  );
}

/** The time, with its day where the other moment is of another one. */
function moment(at: string, other: string): string {
  const [at_ms, other_ms] = [Date.parse(at), Date.parse(other)];
  const time = formatTime(at_ms);
  return daysBetween(at_ms, other_ms) === 0 ? time : `${formatDate(at_ms)} ${time}`;
}

/** What is worth knowing about how a message came, in small print above it. */
function Remarks({ message }: { message: Shown }) {
  const condition = useDesk().condition.value;
  const remarks = [
    message.context?.forwarded && say("message.forwarded"),
    message.context?.frequently_forwarded && say("message.forwarded_often"),
    lateBy_ms(message) !== null &&
      say("message.late", {
        written: moment(message.sent_at, message.received_at),
        arrived: formatTime(Date.parse(message.received_at)),
      }),
    message.standby && say("message.standby"),
    message.unsigned && say("message.unsigned"),
    message.history && say("message.history"),
    message.pending?.state === "waiting" && condition === "offline" && say("message.waiting"),
  ].filter(Boolean);
  return remarks.length > 0 ? <p class={style.remarks}>{remarks.join(" · ")}</p> : null;
}
