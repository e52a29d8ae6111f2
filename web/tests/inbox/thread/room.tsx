/** An open conversation, for tests: the whole pane on a whole inbox, with the server in memory behind it. */
import type { Conversation, Message } from "@core/chat";
import { Inbox } from "@core/inbox";
import type { OpenNumber } from "@core/opennumber";
import type { Thread } from "@core/thread";
import { FrameContext, InboxContext } from "@inbox/context";
import { speech } from "@inbox/speech";
import { ThreadPane } from "@inbox/thread/pane";
import { signal } from "@preact/signals";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { type Stage, settled, stage } from "../../stage";
import { laidOut } from "../layout";

export const NUMBER = "106540352242922";
export const CONTACT = "351912345678";

export interface Room extends Stage {
  inbox: Inbox;
  number: OpenNumber;
  thread: Thread;
  /** The customer writes, and the browser hears of it. */
  write(body: string, over?: Partial<Message>): Promise<Message>;
  /** What has been under way has happened, and is drawn. */
  calm(): Promise<void>;
  /** Time passes here and at the server. */
  pass(ms: number): Promise<void>;
}

let restore: (() => void)[] = [];

/** `before` fills the conversation as it was when the page opened. */
export async function room(
  before: (write: (body: string, over?: Partial<Message>) => Message, it: Stage) => void = (write) => write("Hello"),
  contact: Partial<Conversation["contact"]> = { name: "Ada", phone: `+${CONTACT}` },
): Promise<Room> {
  restore.push(laidOut({ pane_px: 600, row_px: 40, isRow: (element) => isRow(element) }));
  await speech.start();
  const it = stage();
  const books = it.server.addNumber(NUMBER);
  before((body, over) => it.server.write(NUMBER, CONTACT, body, over), it);
  books.put(CONTACT, [], contact);
  const inbox = Inbox.open(it.environment);
  restore.push(() => inbox.close());
  await settled();
  await inbox.signUp({ agent_name: "Mara" });
  await settled();
  const number = inbox.current.peek();
  if (!number) throw new Error("no number is open");
  const thread = number.openThread(CONTACT);
  await it.clock.pass(100);
  const frame = { overlay: false, openSettings: () => {}, erase: () => {}, now: signal(it.clock.now()) };
  render(
    <InboxContext.Provider value={inbox}>
      <FrameContext.Provider value={frame}>
        <ThreadPane />
      </FrameContext.Provider>
    </InboxContext.Provider>,
  );
  const calm = async () => {
    await act(() => settled());
  };
  const pass = async (ms: number) => {
    await act(() => it.clock.pass(ms));
  };
  await calm();
  return {
    ...it,
    inbox,
    number,
    thread,
    calm,
    pass,
    async write(body, over) {
      const written = it.server.write(NUMBER, CONTACT, body, over);
      await act(async () => {
        await number.refresh();
        await settled();
      });
      return written;
    },
  };
}

export function leave(): void {
  cleanup();
  for (const one of restore) one();
  restore = [];
}

function isRow(element: Element): boolean {
  return element.parentElement?.parentElement?.getAttribute("role") === "feed";
}

export const field = () => screen.getByRole<HTMLTextAreaElement>("textbox");
export const messages = () => screen.queryAllByRole("article").map((one) => one.getAttribute("aria-label") ?? "");
export const messageOf = (words: string | RegExp) => screen.getByRole("article", { name: words });

export async function type(words: string): Promise<void> {
  await act(async () => {
    fireEvent.input(field(), { target: { value: words } });
  });
}

export async function press(key: string, over: Partial<KeyboardEventInit> & { keyCode?: number } = {}): Promise<void> {
  await act(async () => {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, ...over });
    await settled();
  });
}

export async function click(name: string | RegExp, role = "button"): Promise<void> {
  await act(async () => {
    fireEvent.click(screen.getByRole(role, { name }));
    await settled();
  });
}
