/** An agent's first visit to a workspace with one number, for tests of the spine. */
import { Inbox } from "@core/inbox";
import type { OpenNumber } from "@core/opennumber";
import { at } from "./books";
import { type Stage, settled } from "./stage";

export const NUMBER = "100001";
export const CONTACT = "4915100";

export interface Visit {
  inbox: Inbox;
  number: OpenNumber;
}

/** Signed up, in pull mode or live, with what the server has by now. */
export async function visited(around: Stage, live: boolean): Promise<Visit> {
  const inbox = Inbox.open(around.environment);
  await settled();
  await inbox.signUp({});
  await settled();
  if (live) await inbox.connectToken();
  await settled();
  return { inbox, number: inbox.current.value as OpenNumber };
}

/** Live, with one conversation in which this has been said. */
export async function visitedLive(around: Stage, said: readonly string[] = ["hello"]): Promise<Visit> {
  around.server.addNumber(NUMBER);
  for (const body of said) {
    around.server.write(NUMBER, CONTACT, body);
    await around.clock.pass(10);
  }
  return await visited(around, true);
}

/** In pull mode, with so many conversations, of which the feed tells nothing any more. */
export async function visitedMany(around: Stage, conversations: number): Promise<Visit> {
  around.server.addNumber(NUMBER);
  for (let n = 0; n < conversations; n += 1) {
    const sent_at = at(around.server.now_ms - (n + 1) * 60_000);
    around.server.write(NUMBER, `49${1000 + n}`, "hello", { sent_at, received_at: sent_at });
  }
  around.server.books(NUMBER).feed_length_max = 1;
  return await visited(around, false);
}

/** The words of a message. */
export const body = (message: { content: { type: string } }) =>
  (message.content as { text?: { body: string } }).text?.body;
