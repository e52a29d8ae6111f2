/** An outbox with a server that answers as it is told, for tests. */
import "fake-indexeddb/auto";
import type { Message } from "@core/chat";
import { Outbox, type OutboxNeeds } from "@core/outbox";
import type { Entry } from "@core/pending";
import { Problem, Unreachable } from "@core/problem";
import { signal } from "@preact/signals";
import { IDBFactory } from "fake-indexeddb";
import { ManualClock, settled } from "../stage";
import { CONTACT, NUMBER, outbound } from "./said";

type Answer = "taken" | "nothing" | "held" | Problem;

export class Desk {
  readonly clock = new ManualClock();
  readonly online = signal(true);
  readonly visible = signal(true);
  readonly known = signal(true);
  /** How the server answers the next requests; the last one stays. */
  answers: Answer[] = ["taken"];
  /** Every request: `id` or, for texts, the words. */
  readonly asked: string[] = [];
  readonly ids: string[] = [];
  readonly accepted: string[] = [];
  readonly #held: (() => void)[] = [];
  #now: (() => number) | null = null;

  constructor(readonly databases: IDBFactory | null = new IDBFactory()) {}

  /** The server's time from now on, whatever passes here. */
  setTime(now_ms: number | null): void {
    this.#now = now_ms === null ? null : () => now_ms;
  }

  /** A tab of this browser. */
  open(more: Partial<OutboxNeeds> = {}): Outbox {
    return new Outbox({
      databases: this.databases,
      workspace_id: "w1",
      clock: this.clock,
      time: { now: () => this.#now?.() ?? this.clock.now(), known: this.known },
      online: this.online,
      visible: this.visible,
      newId: () => crypto.randomUUID(),
      post: (entry) => this.#post(entry),
      accepted: (message) => this.accepted.push(message.id),
      random: () => 0,
      ...more,
    });
  }

  /** Let the held requests be answered. */
  async release(): Promise<void> {
    for (const answer of this.#held.splice(0)) answer();
    await rest();
  }

  /** Time passes here. */
  async pass(ms: number): Promise<void> {
    await rest();
    await this.clock.pass(ms);
    await rest();
  }

  async #post(entry: Entry): Promise<Message> {
    this.asked.push(entry.content.type === "text" ? entry.content.text.body : entry.content.type);
    this.ids.push(entry.id);
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer === "held") await new Promise<void>((resolve) => this.#held.push(resolve));
    if (answer === "nothing") throw new Unreachable();
    if (answer instanceof Problem) throw answer;
    return outbound({ id: entry.id, contact_id: entry.contact_id, status: "queued" });
  }
}

/** Until every database of a test has said all it had to say. */
export function rest(): Promise<void> {
  return settled(100);
}

export function saying(body: string, contact_id = CONTACT) {
  return { number_id: NUMBER, contact_id, content: { type: "text" as const, text: { body } } };
}

export function refusal(status: number, code: string, retry_after_s?: number): Problem {
  return new Problem(status, { code, title: code }, retry_after_s);
}
