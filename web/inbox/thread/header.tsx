/** Who the open conversation is with, and what can be done with the conversation as a whole. */
import { Avatar } from "@inbox/avatar";
import { Back } from "@inbox/back";
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import { useRef } from "preact/hooks";
import { useDesk } from "./desk";
import style from "./header.module.css";
import { personAddress, personName } from "./person";

export function ThreadHeader() {
  const desk = useDesk();
  const menu = useRef<HTMLButtonElement>(null);
  const conversation = desk.thread.conversation.value;
  const contact_id = desk.thread.contact_id.value;
  const name = personName(conversation, contact_id);
  const address = personAddress(conversation);
  const open = () => {
    const from = menu.current;
    if (from) desk.float({ kind: "menu", beside: from.getBoundingClientRect(), from });
  };
  return (
    <header class={style.header}>
      <Back />
      <Avatar name={name} of={contact_id} small />
      <div class={style.who}>
        <h2 class={style.name} dir="auto">
          {name}
        </h2>
        {address && (
          <p class={style.address} dir="auto">
            {address}
          </p>
        )}
      </div>
      <IconButton
        icon="menu"
        label={say("thread.menu")}
        expanded={desk.floating.value?.kind === "menu"}
        buttonRef={menu}
        onClick={open}
      />
    </header>
  );
}
