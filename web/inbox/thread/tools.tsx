/** What can be done with the message under the pointer or the focus: react, answer, and everything else. */
import type { Shown } from "@core/chat";
import { Icon, type IconName } from "@inbox/icon";
import { say } from "@inbox/speech";
import { type Floating, useDesk } from "./desk";
import style from "./tools.module.css";

export function Tools({ message, reachable }: { message: Shown; reachable: boolean }) {
  const desk = useDesk();
  const tabIndex = reachable ? 0 : -1;
  const float = (kind: "actions" | "react") => (event: Event) => {
    const from = event.currentTarget as HTMLElement;
    desk.float({ kind, message, beside: from.getBoundingClientRect(), from } as Floating);
  };
  const tool = (name: IconName, words: string, onClick: (event: Event) => void) => (
    <button type="button" class={style.tool} tabIndex={tabIndex} aria-label={words} title={words} onClick={onClick}>
      <Icon name={name} size={18} />
    </button>
  );
  return (
    <div class={style.tools}>
      {desk.mayAnswer(message) && tool("smile", say("message.react"), float("react"))}
      {desk.mayAnswer(message) && tool("reply", say("message.reply"), () => desk.reply(message))}
      {tool("open", say("message.more"), float("actions"))}
    </div>
  );
}
