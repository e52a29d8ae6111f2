/** The way back to the list where only one pane fits; where both fit it is not there at all. */
import style from "./back.module.css";
import { useInbox } from "./context";
import { IconButton } from "./iconbutton";
import { say } from "./speech";

export function Back() {
  const inbox = useInbox();
  return (
    <IconButton
      icon="back"
      label={say("thread.back")}
      class={style.back}
      onClick={() => inbox.current.peek()?.closeThread()}
    />
  );
}
