/** The right pane before a conversation is chosen. */
import type { OpenNumber } from "@core/opennumber";
import { Icon } from "./icon";
import { labelOf } from "./names";
import style from "./nothing.module.css";
import { say } from "./speech";

export function Nothing({ number }: { number: OpenNumber }) {
  return (
    <div class={style.nothing}>
      <span class={style.sign}>
        <Icon name="chats" size={56} />
      </span>
      <h2 class={style.title}>{say("app.name")}</h2>
      <p>{say("nothing.choose")}</p>
      <p class={style.from}>{say("nothing.from", { number: labelOf(number.number.value) })}</p>
    </div>
  );
}
