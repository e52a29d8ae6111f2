/** The left pane: the number, what to look for, and its conversations. */
import type { Conversation } from "@core/chat";
import type { OpenNumber } from "@core/opennumber";
import { useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Ending } from "./ending";
import { Finding } from "./finding";
import { ListHeader } from "./header";
import { Notices } from "./notices";
import style from "./pane.module.css";
import { type Choice, Pills } from "./pills";
import { Rows } from "./rows";
import { SearchBox } from "./searchbox";

export const isWaiting = ({ unread, marked_unread }: Conversation): boolean => unread > 0 || marked_unread;

export function ListPane({ number }: { number: OpenNumber }) {
  const { clock } = useInbox().environment;
  const pane = useRef<HTMLElement>(null);
  const finding = useMemo(() => new Finding(number, clock), [number, clock]);
  useEffect(() => () => finding.close(), [finding]);
  const choice = useSignal<Choice>("all");
  // Reading a conversation must not take it out of the list of unread ones while it is open.
  const held = useSignal<string | null>(null);
  const opened = number.opened.value?.contact_id.value ?? null;
  const waiting = useComputed(() => number.rows.value.filter((row) => isWaiting(row) || row.contact_id === held.value));

  const searching = finding.q !== "";
  const unreadOnly = !searching && choice.value === "unread";
  const shown = searching ? finding.rows.value : unreadOnly ? waiting.value : number.rows.value;
  const complete = searching ? !finding.more.value : number.complete.value;
  const kind = searching ? "search" : choice.value;

  function open(conversation: Conversation) {
    held.value = isWaiting(conversation) ? conversation.contact_id : null;
    number.openThread(conversation.contact_id);
  }

  async function further() {
    // What cannot be brought now is asked for again when the end is near the next time.
    await (searching ? finding.further() : number.more()).catch(() => {});
  }

  return (
    <section class={style.pane} ref={pane} aria-label={say("list.name")}>
      <ListHeader number={number} />
      <SearchBox
        typed={finding.typed}
        onDown={() => pane.current?.querySelector<HTMLElement>("[data-contact][tabindex='0']")?.focus()}
      />
      {!searching && <Pills choice={choice} unread={number.unread.value} />}
      {!searching && <Notices number={number} />}
      <Rows key={kind} conversations={shown} opened={opened} complete={complete} onOpen={open} onEnd={further}>
        <Ending kind={kind} number={number} finding={finding} shown={shown.length} onMore={further} />
      </Rows>
    </section>
  );
}
