/** The narrow strip beside the list: what waits, and the switch between light and dark. */
import type { OpenNumber } from "@core/opennumber";
import { Avatar } from "./avatar";
import { Icon } from "./icon";
import { IconButton } from "./iconbutton";
import { labelOf } from "./names";
import style from "./rail.module.css";
import { chooseScheme, scheme, seenScheme } from "./scheme";
import { formatCount, say } from "./speech";

export function Rail({ number }: { number: OpenNumber }) {
  const unread = number.unread.value;
  const label = labelOf(number.number.value);
  const name = number.number.value.verified_name ?? label;
  scheme.value;
  const other = seenScheme() === "dark" ? "light" : "dark";
  return (
    <aside class={style.rail} aria-label={say("rail.name")}>
      <span class={style.chats} title={say("rail.chats")}>
        <Icon name="chats" size={22} />
        {unread > 0 && (
          <span class={style.badge}>
            <span aria-hidden="true">{unread > 99 ? "99+" : formatCount(unread)}</span>
            <span class="spoken">{say("rail.unread", { count: unread })}</span>
          </span>
        )}
      </span>
      <span class={style.gap} />
      <IconButton icon={other} label={say(`rail.${other}`)} onClick={() => void chooseScheme(other)} />
      <span title={name}>
        <Avatar name={name} of={number.id} small />
      </span>
    </aside>
  );
}
