/** How every view gets at the inbox it shows, and at the frame it is shown in. */
import type { Inbox } from "@core/inbox";
import { type ReadonlySignal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Erasure } from "./erase/erasing";

/** What the frame around the views knows and can do. */
export interface Frame {
  /** Laid over another page, which keeps its own title and has a way to close us. */
  overlay: boolean;
  /** Present where the frame can be closed. */
  close?: () => void;
  openSettings(): void;
  /** Ask whether a customer is to be erased, or show the receipt of an erasure. */
  erase(erasure: Erasure): void;
  /** The server's time, moving about twice a minute: for what is told in days, hours and minutes. */
  now: ReadonlySignal<number>;
}

export const InboxContext = createContext<Inbox | null>(null);
export const FrameContext = createContext<Frame>({
  overlay: false,
  openSettings: () => {},
  erase: () => {},
  now: signal(0),
});

export function useInbox(): Inbox {
  const inbox = useContext(InboxContext);
  if (!inbox) throw new Error("a view was shown outside of an inbox");
  return inbox;
}

export function useFrame(): Frame {
  return useContext(FrameContext);
}
