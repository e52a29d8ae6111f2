/** One conversation in the list; read in one breath: "Ada, 2 unread messages, 14:05, See you tomorrow". */
import type { Conversation } from "@core/chat";
import { tick } from "@core/tick";
import { countdown, windowLeft } from "@core/window";
import { Avatar } from "@inbox/avatar";
import { nameOf } from "@inbox/names";
import { formatCount, formatDateTime, formatTime, formatWhen, say } from "@inbox/speech";
import { type Tick, Tickmark } from "@inbox/tickmark";
import style from "./row.module.css";

interface Props {
  conversation: Conversation;
  now_ms: number;
  opened: boolean;
  /** Whether the tab key stops here: at one row of the list. */
  reached: boolean;
  onOpen(conversation: Conversation): void;
}

const NEAR_MS = 2 * 60 * 60 * 1000; // how long before its end the reply window is worth a hint
const UNREAD_SHOWN_MAX = 999;

export function Row({ conversation, now_ms, opened, reached, onOpen }: Props) {
  const { preview, unread, marked_unread } = conversation;
  const waiting = unread > 0 || marked_unread;
  const at = Date.parse(conversation.last_activity_at);
  const name = nameOf(conversation);
  const sign = ownTick(conversation);
  const left = nearEnd(conversation, now_ms);
  return (
    <button
      type="button"
      class={`${style.row} ${waiting ? style.waiting : ""}`}
      data-contact={conversation.contact_id}
      aria-current={opened ? "true" : undefined}
      tabIndex={reached ? 0 : -1}
      onClick={() => onOpen(conversation)}
    >
      <Avatar name={name} of={conversation.contact_id} />
      <span class={style.words}>
        <span class={style.line}>
          <span class={style.name}>
            <bdi>{name}</bdi>
          </span>
          <Spoken>{waiting && waitingWords(conversation)}</Spoken>
          <time class={style.when} dateTime={conversation.last_activity_at} title={formatDateTime(at)}>
            {formatWhen(at, now_ms)}
          </time>
        </span>
        <span class={style.line}>
          <Spoken>{sign && say("list.yours", { how: say(`tick.${sign}`) })}</Spoken>
          <span class={style.preview}>
            {sign && <Tickmark tick={sign} spoken={false} />}
            <span class={style.last}>
              <bdi>{preview?.text ?? ""}</bdi>
            </span>
          </span>
          {left !== null && <WindowHint closes_at={Date.parse(conversation.window_expires_at ?? "")} left_ms={left} />}
          {waiting && (
            <span aria-hidden="true" class={unread > 0 ? style.badge : `${style.badge} ${style.dot}`}>
              {unread > 0 && shownUnread(unread)}
            </span>
          )}
        </span>
      </span>
    </button>
  );
}

/** What is heard and not seen, between the parts of the row that are both. */
function Spoken({ children }: { children: string | false | null }) {
  return <span class="spoken">{children ? `, ${children}, ` : ", "}</span>;
}

function waitingWords({ unread }: Conversation): string {
  return unread > 0 ? say("list.unread", { count: unread }) : say("list.markedUnread");
}

function WindowHint({ closes_at, left_ms }: { closes_at: number; left_ms: number }) {
  const closes = say("list.windowCloses", { time: formatTime(closes_at) });
  return (
    <>
      <span class={style.window} title={closes} aria-hidden="true">
        {say("list.windowLeft", { ...countdown(left_ms) })}
      </span>
      <span class="spoken">, {closes}</span>
    </>
  );
}

/** Milliseconds to the end of the reply window where that is near. */
export function nearEnd(conversation: Conversation, now_ms: number): number | null {
  const { open, left_ms } = windowLeft(conversation, now_ms);
  return open && left_ms < NEAR_MS ? left_ms : null;
}

/** The sign of the last message where it is ours. */
export function ownTick({ preview }: Conversation): Tick | null {
  if (preview?.direction !== "outbound") return null;
  // The list does not say who sent it: without a status it came from a phone, and WhatsApp has it.
  return tick({ direction: "outbound", origin: "api", ...(preview.status ? { status: preview.status } : {}) });
}

function shownUnread(unread: number): string {
  return unread > UNREAD_SHOWN_MAX ? `${formatCount(UNREAD_SHOWN_MAX)}+` : formatCount(unread);
}
