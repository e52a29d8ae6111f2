/** The right pane: the conversation that is open, from its header to the composer. */
import { useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useMemo } from "preact/hooks";
import { Announcer } from "./announcer";
import { Composer } from "./composer";
import { Desk, DeskContext } from "./desk";
import { FailurePanel } from "./failurepanel";
import { Floating } from "./floating";
import { ThreadHeader } from "./header";
import { MessageList } from "./messagelist";
import style from "./pane.module.css";
import { WindowBanner } from "./windowbanner";

export function ThreadPane() {
  const inbox = useInbox();
  const number = inbox.current.value;
  const thread = number?.opened.value ?? null;
  const agent_id = inbox.signIn.value?.agent.id;
  const desk = useMemo(
    () => (number && thread ? new Desk(thread, number.condition, agent_id) : null),
    [number, thread, agent_id],
  );
  if (!desk) return null;
  return (
    // Keyed by the conversation, so that no draft, place or open menu is carried into another.
    <DeskContext.Provider value={desk} key={serial(desk)}>
      <section class={style.pane} aria-label={say("thread.pane")}>
        <ThreadHeader />
        <MessageList />
        <div class={style.tray}>
          <WindowBanner />
          <FailurePanel />
          <Composer />
        </div>
        <Announcer />
        <Floating />
      </section>
    </DeskContext.Provider>
  );
}

const serials = new WeakMap<Desk, number>();
let last = 0;

function serial(desk: Desk): number {
  const known = serials.get(desk) ?? ++last;
  serials.set(desk, known);
  return known;
}
