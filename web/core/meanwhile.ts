/** What was told while answers were on their way: an answer read earlier must not undo it. */
import type { Conversation, Message } from "./chat";

/**
 * A page is read at the server some time between asking and answering. What the feed told in between may be newer
 * than the page, and what the page knows better the feed is yet to tell: so what was told in between wins.
 */
export class Meanwhile<T> {
  #open = 0;
  #moment = 0;
  readonly #told = new Map<string, { moment: number; value: T | null }>();

  /** A question goes out; hold on to what this returns, and `end` it. */
  begin(): number {
    this.#open += 1;
    return this.#moment;
  }

  end(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#told.clear();
  }

  /** Something is so from now on; null is gone. Nothing is remembered while no answer is awaited. */
  tell(name: string, value: T | null): void {
    if (this.#open === 0) return;
    this.#moment += 1;
    this.#told.set(name, { moment: this.#moment, value });
  }

  /** What was told goes on in another form, as under another contact's id. */
  amend(amended: (value: T) => T): void {
    for (const told of this.#told.values()) if (told.value !== null) told.value = amended(told.value);
  }

  /** What was told of it since that moment: its value, null when gone, undefined when nothing. */
  since(moment: number, name: string): T | null | undefined {
    const told = this.#told.get(name);
    return told !== undefined && told.moment > moment ? told.value : undefined;
  }

  /** All that was told since and is not gone. */
  *allSince(moment: number): Iterable<T> {
    for (const told of this.#told.values()) if (told.moment > moment && told.value !== null) yield told.value;
  }
}

/** What was told while an answer was on its way. */
export interface Landing {
  messages: { meanwhile: Meanwhile<Message>; moment: number };
  conversations: { meanwhile: Meanwhile<Conversation>; moment: number };
}
