/** The rows of a list, drawn only where they can be seen; it keeps its place and the keyboard's while it changes. */
import type { Conversation } from "@core/chat";
import { useFrame } from "@inbox/context";
import { memo } from "@inbox/react";
import { useSignal } from "@preact/signals";
import type { ComponentChildren, CSSProperties, Ref } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { moved } from "./anchor";
import { Row } from "./row";
import style from "./rows.module.css";

interface Props {
  conversations: readonly Conversation[];
  /** Which conversation is open beside the list. */
  opened: string | null;
  /** Whether there are no further ones to ask for. */
  complete: boolean;
  onOpen(conversation: Conversation): void;
  /** The end is near: bring more. */
  onEnd(): void;
  /** What stands after the last row. */
  children?: ComponentChildren;
}

const AT_TOP_PX = 4; // who is at the top wants to see what is new
const END_ROWS = 20; // ask for more so long before the end is reached
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

/** While others change, most rows say the same as before. */
const KeptRow = memo(Row);

export function Rows({ conversations, opened, complete, onOpen, onEnd, children }: Props) {
  const now_ms = useFrame().now.value;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<VirtualizerHandle>(null);
  const before = useRef(conversations);
  const reached = useSignal<string | null>(null);
  const goThere = useRef(false);
  const hadFocus = scroller.current?.contains(document.activeElement) ?? false;

  const indexOf = (id: string | null) =>
    id === null ? -1 : conversations.findIndex((conversation) => conversation.contact_id === id);
  const here = indexOf(reached.value);
  const at = Math.max(0, here >= 0 ? here : indexOf(opened));

  const told = useRef(onOpen);
  told.current = onOpen;
  const open = useCallback((conversation: Conversation) => {
    reached.value = conversation.contact_id;
    told.current(conversation);
  }, []);

  function goTo(id: string | undefined) {
    const drawn = scroller.current?.querySelectorAll<HTMLElement>("[data-contact]") ?? [];
    for (const row of drawn) if (row.dataset["contact"] === id) row.focus({ preventScroll: true });
  }

  useLayoutEffect(() => {
    const was = before.current;
    before.current = conversations;
    const pane = scroller.current;
    if (!pane || was === conversations || pane.scrollTop <= AT_TOP_PX) return;
    const row_px = rowHeight_px();
    const inSight = Math.ceil(pane.clientHeight / row_px);
    const by = moved(was, conversations, Math.floor(pane.scrollTop / row_px), inSight);
    if (by !== 0) pane.scrollTop += by * row_px;
  }, [conversations]);

  useLayoutEffect(() => {
    // A row that moved was taken out of the page for a moment, and the focus with it.
    const lost = hadFocus && document.activeElement === document.body;
    if (!goThere.current && !lost) return;
    goTo(conversations[at]?.contact_id);
    if (goThere.current) rows.current?.scrollToIndex(at, { align: "nearest" });
    goThere.current = false;
  });

  const openedBefore = useRef(opened);
  useEffect(() => {
    const closed = openedBefore.current;
    openedBefore.current = opened;
    // What closed had the focus, most likely: it goes back to where it came from.
    if (opened !== null || closed === null || document.activeElement !== document.body) return;
    if (reached.peek() === closed) return goTo(closed);
    goThere.current = true;
    reached.value = closed; // drawn first, wherever it is
  });

  function askNearEnd() {
    const { current: handle } = rows;
    if (complete || !handle) return;
    if (handle.findItemIndex(handle.scrollOffset + handle.viewportSize) >= conversations.length - END_ROWS) onEnd();
  }

  function onKeyDown(event: KeyboardEvent) {
    const last = conversations.length - 1;
    const step = STEPS[event.key];
    const next = event.key === "Home" ? 0 : event.key === "End" ? last : step === undefined ? null : at + step;
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    goThere.current = true;
    reached.value = conversations[Math.min(last, Math.max(0, next))]?.contact_id ?? null;
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move among the buttons within
    <div class={style.scroller} ref={scroller} onKeyDown={onKeyDown}>
      <Virtualizer
        ref={rows}
        as="ul"
        item={Place}
        data={conversations}
        itemSize={rowHeight_px()}
        keepMounted={conversations.length > 0 ? [at] : []}
        onScroll={askNearEnd}
        scrollRef={scroller}
      >
        {(conversation: Conversation, index: number) => (
          <KeptRow
            key={conversation.contact_id}
            conversation={conversation}
            now_ms={now_ms}
            opened={conversation.contact_id === opened}
            reached={index === at}
            onOpen={open}
          />
        )}
      </Virtualizer>
      {children}
    </div>
  );
}

/** A row is as high as look/tokens.css says (`--row`), in the reader's own type size. */
function rowHeight_px(): number {
  return 4.5 * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
}

interface PlaceProps {
  index: number;
  style: CSSProperties;
  children: ComponentChildren;
  ref?: Ref<HTMLLIElement>;
}

/** Says which place of the whole a row has, most of which is not drawn. */
function Place({ index, style: where, children, ref }: PlaceProps) {
  return (
    <li ref={ref ?? null} style={where} aria-posinset={index + 1} aria-setsize={-1}>
      {children}
    </li>
  );
}
