/** Shows a view of an inbox in a test: the real inbox, on the stage, with the settings' part of the API. */
import { Inbox } from "@core/inbox";
import { type Frame, FrameContext, InboxContext } from "@inbox/context";
import { speech } from "@inbox/speech";
import { cleanup, render } from "@testing-library/preact";
import type { ComponentChildren } from "preact";
import { type Stage, settled, stage } from "../stage";
import { Desk } from "./desk";

export interface Opened extends Stage {
  desk: Desk;
  inbox: Inbox;
  show(view: ComponentChildren): Promise<void>;
  /** What is under way comes to its end, after so much time. */
  pass(ms?: number): Promise<void>;
  close(): void;
}

/** `signedIn` false stops at the door. */
export async function opened({ signedIn = true, frame = {} as Partial<Frame> } = {}): Promise<Opened> {
  const first = stage();
  const desk = new Desk(first.server);
  const all = stage({ ...first, fetch: desk.fetch });
  await speech.start();
  await speech.load("settings");
  const inbox = Inbox.open(all.environment);
  await settled();
  if (signedIn) await inbox.signUp({ agent_name: "Priya" });
  await settled();
  return {
    ...all,
    desk,
    inbox,
    async show(view) {
      const around: Frame = { overlay: false, openSettings: () => {}, ...frame } as Frame;
      render(
        <FrameContext.Provider value={around}>
          <InboxContext.Provider value={inbox}>{view}</InboxContext.Provider>
        </FrameContext.Provider>,
      );
      await quiet(desk);
    },
    async pass(ms = 0) {
      await all.clock.pass(ms);
      await quiet(desk);
    },
    close() {
      cleanup();
      inbox.close();
    },
  };
}

/** Until nothing is asked any more: an answer is drawn, and what is drawn may ask again. */
async function quiet(desk: Desk): Promise<void> {
  for (let still = 0; still < 2; ) {
    await settled();
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)));
    still = desk.busy > 0 ? 0 : still + 1;
  }
}
