/** One open conversation: its messages, what pends, and what may be done with it. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Conversation, Shown } from "./chat";

export class Thread {
  /** May change while open: a contact whose identity changes goes on under another id. */
  readonly contact_id: ReadonlySignal<string>;
  readonly conversation: ReadonlySignal<Conversation | null> = signal(null);
  /** Oldest first: the server's, then what pends here; at most 2,000. */
  readonly messages: ReadonlySignal<readonly Shown[]> = signal([]);
  /** Whether the server has nothing older. */
  readonly atStart: ReadonlySignal<boolean> = signal(false);
  readonly loading: ReadonlySignal<boolean> = signal(false);
  /** The first unread message at the moment of opening. */
  readonly unreadFrom: ReadonlySignal<string | null> = signal(null);
  readonly draft: Signal<string> = signal("");
  /** The newest outbound message that failed or may have, until something newer went well or it was dismissed. */
  readonly failure: ReadonlySignal<Shown | null> = signal(null);

  constructor(contact_id: string) {
    this.contact_id = signal(contact_id);
  }

  async earlier(): Promise<void> {}
  send(_body: string, _reply_to?: string): void {}
  react(_message_id: string, _emoji: string): void {}
  sendAgain(_message_id: string): void {}
  discard(_message_id: string): void {}
  markRead(): void {}
  async markUnread(): Promise<void> {}
  dismissFailure(): void {}
}
