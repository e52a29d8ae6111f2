/** Tells a screen reader what comes into the open conversation, and nothing of what was there before. */
import type { Shown } from "@core/chat";
import { useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useDesk } from "./desk";
import { personName } from "./person";
import { spokenMessage } from "./spoken";

const LINES_MAX = 4; // what was said is not said again; a few stay for whoever reads along
const ONE_BY_ONE_MAX = 3; // more at once are a number
const CLOCK_MS = 2_000; // how well the server's clock is known, and some more

interface Line {
  id: string;
  words: string;
}

export function Announcer() {
  const { time } = useInbox();
  const { thread, known } = useDesk();
  const opened_at = useRef(time.now() - CLOCK_MS);
  const before = useRef<ReadonlyMap<string, Shown> | null>(null);
  const lines = useSignal<readonly Line[]>([]);
  const now = known.value;

  useEffect(() => {
    const had = before.current;
    before.current = now;
    if (!had) return;
    // What was received before the opening is history here, whenever it is read from the server.
    const fresh = [...now.values()].filter((one) => isSpoken(one, opened_at.current) && !had.has(one.id));
    if (fresh.length === 0) return;
    const contact = personName(thread.conversation.peek(), thread.contact_id.peek());
    const said =
      fresh.length > ONE_BY_ONE_MAX
        ? [{ id: fresh.at(-1)?.id ?? "", words: say("thread.new_messages", { count: fresh.length }) }]
        : fresh.map((one) => ({ id: one.id, words: spokenMessage(one, { contact, origin: null }) }));
    lines.value = [...lines.peek(), ...said].slice(-LINES_MAX);
  }, [now]);

  return (
    <div class="spoken" role="log" aria-live="polite" aria-label={say("thread.log")}>
      {lines.value.map((line) => (
        <p key={line.id}>{line.words}</p>
      ))}
    </div>
  );
}

function isSpoken(message: Shown, opened_at: number): boolean {
  return message.direction === "inbound" && !message.history && Date.parse(message.received_at) >= opened_at;
}
