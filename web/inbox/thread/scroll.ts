/** Keeps the reader's place: at the first unread on opening, at the end while they are there, else where they read. */
import type { Row } from "@core/grouping";
import { useInbox } from "@inbox/context";
import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";
import { useDesk } from "./desk";
import { arrivedAfter, changedAtStart } from "./scrolling";

const END_PX = 48; // still at the end: a line or two above it
const EARLIER_PX = 1200; // earlier messages are fetched before anybody sees that they are missing
const AWAY_PX = 300; // from here on a button leads back

export interface Scroll {
  shift: boolean;
  /** Far enough from the end for a way back to be of use. */
  away: ReadonlySignal<boolean>;
  /** Messages that came in meanwhile. */
  fresh: ReadonlySignal<number>;
  onScroll(offset: number): void;
  onResize(): void;
  toNewest(): void;
}

export function useScroll(
  rows: readonly Row[],
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLElement | null>,
): Scroll {
  const { environment } = useInbox();
  const desk = useDesk();
  const { thread } = desk;
  const before = useRef<readonly Row[]>([]);
  const placed = useRef(false);
  const following = useRef(true);
  const touched = useRef(false);
  const offset = useRef(0);
  const soon = useRef(0);
  const newest = useRef<string | null>(null);
  const away = useSignal(false);
  const fresh = useSignal(0);
  const shift = changedAtStart(before.current, rows);

  const left = () => {
    const handle = list.current;
    return handle ? handle.scrollSize - handle.scrollOffset - handle.viewportSize : 0;
  };
  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  const seen = () => {
    newest.current = thread.messages.peek().at(-1)?.id ?? null;
    fresh.value = 0;
    // While it is being read from the server the separator is not known yet, and would not be drawn.
    if (environment.visible.peek() && document.hasFocus() && !thread.loading.peek()) thread.markRead();
  };
  const earlier = () => {
    if (!placed.current || thread.loading.peek() || thread.atStart.peek()) return;
    if ((list.current?.scrollOffset ?? 0) < EARLIER_PX) void thread.earlier().catch(() => {});
  };
  const toNewest = () => {
    following.current = true;
    list.current?.scrollToIndex(rows.length - 1, { align: "end" });
    toEnd();
    seen();
    desk.compose();
  };

  useLayoutEffect(() => {
    const had = before.current;
    before.current = rows;
    if (rows.length === 0 || !list.current) return;
    const unread = rows.findIndex((row) => row.kind === "unread");
    // The cache may be drawn before it is known where the unread begin.
    const told = unread >= 0 && !touched.current && !had.some((row) => row.kind === "unread");
    if (!placed.current || told) {
      placed.current = true;
      following.current = unread < 0;
      // From the separator on there may be less than a page: the end is then in sight, and the list is at it.
      list.current.scrollToIndex(unread < 0 ? rows.length - 1 : unread, { align: unread < 0 ? "end" : "start" });
      newest.current = thread.messages.peek().at(-1)?.id ?? null;
    } else if (following.current) {
      list.current.scrollToIndex(rows.length - 1, { align: "end" });
    } else if (had.at(-1)?.key !== rows.at(-1)?.key) {
      fresh.value = arrivedAfter(thread.messages.peek(), newest.current);
    }
  }, [rows]);

  const settle = () => {
    const space = left();
    const atEnd = space < END_PX;
    away.value = space > AWAY_PX || fresh.peek() > 0;
    if (atEnd) {
      following.current = true;
      seen();
    }
    return atEnd;
  };
  // Rows are measured within a frame of their drawing; before that the end may seem nearer than it is.
  const settleSoon = () => {
    cancelAnimationFrame(soon.current);
    soon.current = requestAnimationFrame(() => {
      soon.current = requestAnimationFrame(() => {
        if (!list.current) return;
        settle();
        earlier();
      });
    });
  };

  useEffect(settleSoon, [rows]);

  useSignalEffect(() => {
    if (environment.visible.value && !thread.loading.value && following.current) seen();
  });
  useSignalEffect(() => {
    if (desk.sent.value > 0) toNewest();
  });
  useEffect(() => {
    const focused = () => following.current && seen();
    const touch = () => {
      touched.current = true;
    };
    const element = scroller.current;
    const signs = ["wheel", "touchmove", "keydown", "pointerdown"];
    addEventListener("focus", focused);
    for (const sign of signs) element?.addEventListener(sign, touch, { passive: true });
    return () => {
      cancelAnimationFrame(soon.current);
      removeEventListener("focus", focused);
      for (const sign of signs) element?.removeEventListener(sign, touch);
    };
  }, []);

  return {
    shift,
    away,
    fresh,
    toNewest,
    onScroll(now) {
      const up = now < offset.current;
      offset.current = now;
      // Only going up leaves the end: rows that grow below do not mean that the reader went anywhere.
      if (!settle() && up) following.current = false;
      earlier();
    },
    onResize() {
      if (following.current) toEnd();
      settleSoon();
    },
  };
}
