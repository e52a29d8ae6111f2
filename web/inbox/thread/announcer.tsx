/** Tells a screen reader what comes into the open conversation, and nothing of what was there before. */
import { useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useDesk } from "./desk";
import { personName } from "./person";
import { arrivedAfter } from "./scrolling";
import { spokenMessage } from "./spoken";

const LINES_MAX = 4; // what was said is not said again; a few stay for whoever reads along
const ONE_BY_ONE_MAX = 3; // more at once are a number
const CLOCK_MS = 2_000; // how well the server's clock is known, and some more

interface Line {
  id: string;
  words: string;
}

export function Announcer() {
  const { thread } = useDesk();
  const opened_at = useInbox().time.now();
  const since = useRef<{ id: string | null; from_ms: number } | null>(null);
  const lines = useSignal<readonly Line[]>([]);
  const messages = thread.messages.value;

  useEffect(() => {
    const newest = messages.at(-1)?.id ?? null;
    const before = since.current;
    since.current = { id: newest, from_ms: before?.from_ms ?? opened_at };
    // The first page may come after a cached one: what was received before the opening is history here.
    const count = before?.id ? arrivedAfter(messages, before.id) : 0;
    const fresh = messages
      .slice(messages.length - count)
      .filter((one) => one.direction === "inbound" && Date.parse(one.received_at) >= (before?.from_ms ?? 0) - CLOCK_MS);
    if (fresh.length === 0) return;
    const contact = personName(thread.conversation.peek(), thread.contact_id.peek());
    const said =
      fresh.length > ONE_BY_ONE_MAX
        ? [{ id: newest ?? "", words: say("thread.new_messages", { count: fresh.length }) }]
        : fresh.map((one) => ({ id: one.id, words: spokenMessage(one, { contact, origin: null }) }));
    lines.value = [...lines.peek(), ...said].slice(-LINES_MAX);
  }, [messages]);

  return (
    <div class="spoken" role="log" aria-live="polite" aria-label={say("thread.log")}>
      {lines.value.map((line) => (
        <p key={line.id}>{line.words}</p>
      ))}
    </div>
  );
}
