/** The messages of a conversation, of which only those in sight are drawn, however many there are. */
import { type Row, rows as rowsOf } from "@core/grouping";
import { useFrame } from "@inbox/context";
import { Icon } from "@inbox/icon";
import { formatCount, language, say } from "@inbox/speech";
import { useMemo, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useDesk } from "./desk";
import { useHands } from "./hands";
import { useKeys } from "./keys";
import style from "./messagelist.module.css";
import { ThreadRow } from "./row";
import { useScroll } from "./scroll";

const START_MARGIN = 12; // the room above the first row

export function MessageList() {
  const desk = useDesk();
  const { thread } = desk;
  const messages = thread.messages.value;
  // Whoever has answered has read: the separator goes.
  const unreadFrom = desk.sent.value > 0 ? null : thread.unreadFrom.value;
  const now_ms = useToday(useFrame().now.value);
  const zone = useMemo(timezone, [now_ms]);
  const rows = useMemo(
    () => rowsOf(messages, { unreadFrom, timezone: zone }),
    [messages, unreadFrom, language.value, now_ms, zone],
  );

  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const scroll = useScroll(rows, list, scroller);
  const onKeyDown = useKeys(rows, list, scroller);
  const stop = rows.findIndex((row) => row.key === desk.stop.value);

  const hands = useHands();

  return (
    <div class={style.frame}>
      <div
        ref={scroller}
        class={style.scroller}
        role="feed"
        aria-label={say("thread.messages")}
        aria-busy={thread.loading.value}
        onKeyDown={onKeyDown}
        onPointerOver={hands.point}
        onPointerLeave={hands.unpoint}
        onFocusIn={hands.focus}
        onFocusOut={hands.unfocus}
        onContextMenu={hands.openActions}
        onTouchStart={hands.press}
        onTouchMove={hands.release}
        onTouchEnd={hands.release}
      >
        <div class={style.room} />
        <Virtualizer
          ref={list}
          data={rows}
          shift={scroll.shift}
          startMargin={START_MARGIN}
          keepMounted={stop < 0 ? [] : [stop]}
          scrollRef={scroller}
          onScroll={scroll.onScroll}
          onResize={scroll.onResize}
        >
          {(row: Row) => <ThreadRow key={row.key} row={row} now_ms={now_ms} />}
        </Virtualizer>
      </div>
      {thread.loading.value && <p class={style.loading}>{say("thread.loading")}</p>}
      {scroll.away.value && (
        <button
          type="button"
          class={style.newest}
          onClick={scroll.toNewest}
          aria-label={newestWords(scroll.fresh.value)}
        >
          <Icon name="open" />
          {scroll.fresh.value > 0 && <span class={style.count}>{formatCount(scroll.fresh.value)}</span>}
        </button>
      )}
    </div>
  );
}

function newestWords(count: number): string {
  return count > 0 ? say("thread.new_messages", { count }) : say("thread.to_newest");
}

/** The same moment until the day is another, so that rows are not drawn again for nothing. */
function useToday(now_ms: number): number {
  const kept = useRef(now_ms);
  if (new Date(kept.current).toDateString() !== new Date(now_ms).toDateString()) kept.current = now_ms;
  return kept.current;
}

function timezone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
