/** What the agent is busy with in one open conversation: which message, which reply, which floating thing. */
import type { Shown } from "@core/chat";
import type { Condition } from "@core/opennumber";
import type { Thread } from "@core/thread";
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** Where a floating thing opens beside, in the coordinates of the viewport. */
export interface Beside {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** At most one thing floats above the conversation; closing it gives the focus back to `from`. */
export type Floating = { beside: Beside; from: Element | null } & (
  | { kind: "actions"; message: Shown }
  | { kind: "react"; message: Shown; all?: boolean }
  | { kind: "emoji" }
  | { kind: "details"; message: Shown }
  | { kind: "menu" }
  | { kind: "shortcuts" }
);

export interface Tip {
  beside: Beside;
  message: Shown;
}

export class Desk {
  /** The message that the next one answers. */
  readonly replying: Signal<Shown | null> = signal(null);
  /** The message the arrow keys are at: the one tab stop of the list. */
  readonly at: Signal<string | null> = signal(null);
  /** The message that has the focus, itself or a part of it. */
  readonly focused: Signal<string | null> = signal(null);
  /** The message under the pointer. */
  readonly under: Signal<string | null> = signal(null);
  readonly floating: Signal<Floating | null> = signal(null);
  readonly tip: Signal<Tip | null> = signal(null);
  /** Raised with each message the agent sends from here: the list then shows the newest. */
  readonly sent = signal(0);
  /** The message that was just jumped to. */
  readonly flashed: Signal<string | null> = signal(null);
  /** What is loaded, by id: for quotes. */
  readonly known: ReadonlySignal<ReadonlyMap<string, Shown>>;
  /** The tab stop of the list: where the arrow keys are, at first the newest message. */
  readonly stop: ReadonlySignal<string | null>;
  readonly condition: ReadonlySignal<Condition>;
  readonly #places = new Map<string, HTMLElement>();

  /** Given by the composer. */
  compose: () => void = () => {};
  insert: (emoji: string) => void = () => {};
  /** Given by the list: show a message and put the focus on it; false when it is not loaded. */
  goTo: (message_id: string) => boolean = () => false;

  /** `agent_id` is who sits here, so that only what others wrote is labelled. */
  constructor(
    readonly thread: Thread,
    condition: ReadonlySignal<Condition>,
    readonly agent_id: string | undefined,
  ) {
    this.condition = condition;
    this.known = computed(() => new Map(thread.messages.value.map((message) => [message.id, message])));
    this.stop = computed(() => {
      const at = this.at.value;
      return at !== null && this.known.value.has(at) ? at : (thread.messages.value.at(-1)?.id ?? null);
    });
  }

  place(message_id: string, element: HTMLElement | null): void {
    if (element) this.#places.set(message_id, element);
    else this.#places.delete(message_id);
  }

  elementOf(message_id: string): HTMLElement | undefined {
    return this.#places.get(message_id);
  }

  /** Meta can be told of an answer or a reaction only to what it has a name for. */
  mayAnswer(message: Shown): boolean {
    return !message.revoked_at && (message.direction === "inbound" || !!message.wamid);
  }

  reply(message: Shown): void {
    this.replying.value = message;
    this.compose();
  }

  /** false when it could not be taken, because too much is waiting already: what was written stays. */
  send(body: string): boolean {
    this.thread.send(body, this.replying.peek()?.id);
    if (this.thread.draft.peek() !== "") return false;
    this.replying.value = null;
    this.sent.value++;
    return true;
  }

  sendAgain(message: Shown): void {
    this.thread.sendAgain(message.id);
    this.sent.value++;
    this.compose();
  }

  discard(message: Shown): void {
    this.thread.discard(message.id);
    this.compose();
  }

  /** Our own reaction again takes it back. */
  react(message: Shown, emoji: string): void {
    this.thread.react(message.id, ownReaction(message) === emoji ? "" : emoji);
  }

  float(thing: Floating): void {
    this.tip.value = null;
    this.floating.value = thing;
  }

  /** `elsewhere` when whoever closes it has already put the focus where it belongs. */
  close(elsewhere = false): void {
    const thing = this.floating.peek();
    if (!thing) return;
    this.floating.value = null;
    if (elsewhere) return;
    if (thing.from?.isConnected && thing.from instanceof HTMLElement) thing.from.focus();
    else this.compose();
  }
}

export function ownReaction(message: Shown): string | undefined {
  return message.reactions?.find((one) => one.by === "business")?.emoji;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("a part of a conversation was shown outside of one");
  return desk;
}
