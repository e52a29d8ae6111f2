/** The message that another one answers, in short; clicking it goes there when it is loaded. */
import type { Shown } from "@core/chat";
import { say } from "@inbox/speech";
import { useDesk } from "./desk";
import { personName } from "./person";
import style from "./quote.module.css";
import { spokenWords } from "./spoken";

export function Quote({ message_id, reachable }: { message_id: string; reachable: boolean }) {
  const desk = useDesk();
  const message = desk.known.value.get(message_id);
  if (!message) {
    // Where all of the conversation is loaded, it is not further up either: it never came, or was taken away.
    const id = desk.thread.atStart.value ? "message.quoted_missing" : "message.quoted_absent";
    return <p class={`${style.quote} ${style.absent}`}>{say(id)}</p>;
  }
  return (
    <button type="button" class={style.quote} tabIndex={reachable ? 0 : -1} onClick={() => desk.goTo(message_id)}>
      <span class="spoken">{say("message.quoted")}</span>
      <QuotedWords message={message} />
    </button>
  );
}

/** Also shown above the composer while an answer is being written. */
export function QuotedWords({ message }: { message: Shown }) {
  const desk = useDesk();
  return (
    <span class={`${style.inner} ${message.direction === "inbound" ? style.theirs : style.ours}`}>
      <span class={style.author} dir="auto">
        {author(message, desk)}
      </span>
      <span class={style.words} dir="auto">
        {spokenWords(message)}
      </span>
    </span>
  );
}

function author(message: Shown, desk: ReturnType<typeof useDesk>): string {
  if (message.direction === "outbound") return say("message.you");
  return personName(desk.thread.conversation.value, desk.thread.contact_id.value);
}
