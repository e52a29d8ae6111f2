/** One row of the conversation: a day, the unread separator, a notice of WhatsApp's, or a message. */
import type { Shown } from "@core/chat";
import type { Row } from "@core/grouping";
import { formatDay, formatTime, say } from "@inbox/speech";
import { useComputed } from "@preact/signals";
import { Component } from "preact";
import { Bubble } from "./bubble";
import { contentText } from "./content";
import { useDesk } from "./desk";
import { originLabel, personName } from "./person";
import style from "./row.module.css";
import { spokenMessage } from "./spoken";
import { Tools } from "./tools";

interface RowProps {
  row: Row;
  now_ms: number;
}

/** Rows are made anew with every change; most of them say the same as before, and are not drawn again. */
export class ThreadRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return !same(this.props, next);
  }

  override render({ row, now_ms }: RowProps) {
    return <RowOf row={row} now_ms={now_ms} />;
  }
}

function RowOf({ row, now_ms }: RowProps) {
  switch (row.kind) {
    case "day":
      return (
        <div class={style.chipRow}>
          <span class={style.chip}>{formatDay(noon(row.day), now_ms)}</span>
        </div>
      );
    case "unread":
      return (
        <div class={`${style.chipRow} ${style.across}`}>
          <span class={style.chip}>{say("list.unread", { count: row.count })}</span>
        </div>
      );
    case "system":
      return (
        <div class={style.chipRow}>
          <span class={`${style.chip} ${style.notice}`} dir="auto">
            {contentText(row.message.content) || say("message.notice")}{" "}
            <time dateTime={row.message.sent_at}>{formatTime(Date.parse(row.message.sent_at))}</time>
          </span>
        </div>
      );
    case "message":
      return <MessageRow message={row.message} first={row.firstOfGroup} last={row.lastOfGroup} />;
  }
}

function MessageRow({ message, first, last }: { message: Shown; first: boolean; last: boolean }) {
  const desk = useDesk();
  const { id } = message;
  const reachable = useComputed(() => desk.stop.value === id).value;
  const pointed = useComputed(() => desk.under.value === id || desk.focused.value === id).value;
  const flashed = useComputed(() => desk.flashed.value === id).value;
  const origin = originLabel(message, desk.agent_id);
  const contact = personName(desk.thread.conversation.value, desk.thread.contact_id.value);
  const marks = [
    style.row,
    message.direction, // global names: the bubble takes its side and colour from them
    style[message.direction],
    first && style.first,
    last && style.last,
    flashed && style.flashed,
    message.reactions?.some((one) => one.emoji) && style.reacted,
  ];
  return (
    <article
      class={marks.filter(Boolean).join(" ")}
      aria-label={spokenMessage(message, { contact, origin })}
      tabIndex={reachable ? 0 : -1}
      ref={(element) => desk.place(id, element)}
      data-message={id}
    >
      <Bubble message={message} firstOfGroup={first} origin={origin} reachable={reachable} />
      {pointed && <Tools message={message} reachable={reachable} />}
    </article>
  );
}

function same(before: RowProps, after: RowProps): boolean {
  const [one, two] = [before.row, after.row];
  if (one.kind !== two.kind || one.key !== two.key) return false;
  if (one.kind === "message" && two.kind === "message")
    return one.message === two.message && one.firstOfGroup === two.firstOfGroup && one.lastOfGroup === two.lastOfGroup;
  if (one.kind === "system" && two.kind === "system") return one.message === two.message;
  if (one.kind === "unread" && two.kind === "unread") return one.count === two.count;
  return before.now_ms === after.now_ms;
}

/** A moment within a calendar day, for the words for it. */
function noon(day: string): number {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, date ?? 1, 12).getTime();
}
