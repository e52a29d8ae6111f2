/** Reads pages of a conversation from the server into what is held of it. */
import { type Api, Problem } from "./api";
import type { ChatState } from "./chatstate";
import type { History, MessagePage } from "./history";
import { compareMessages } from "./order";

const FIRST_PAGE = 50;
const PAGE = 100;
/** Reading again goes as far up as somebody may be looking, but not further than this. */
const AGAIN_MAX = 600;

interface Room {
  number_id: string;
  api: Api;
  state: ChatState;
}

/** The conversation and its newest messages; answers the id that its contact has now. */
export async function read(room: Room, history: History): Promise<string> {
  const { api, state } = room;
  const path = { number_id: room.number_id, contact_id: history.contact_id };
  if (state.find(history.contact_id) === null) {
    const found = await state
      .ask(
        () => api.get("/v1/numbers/{number_id}/conversations/{contact_id}", { path }),
        (conversation, landing) => state.landConversation(conversation, landing),
      )
      .catch(orUnknown);
    if (found === null) {
      state.edit(() => history.nothing());
      return history.contact_id;
    }
    if (found.contact_id !== history.contact_id) return found.contact_id;
  }
  // What is doubtful is not added to: it is read again as a whole.
  if (!history.loaded.peek() && !history.stale) await page(room, history, FIRST_PAGE);
  return history.contact_id;
}

export async function readEarlier(room: Room, history: History): Promise<void> {
  await page(room, history, PAGE);
}

async function page(room: Room, history: History, limit: number): Promise<void> {
  const { before, beginning } = history;
  await room.state
    .ask(
      () => messages(room, history.contact_id, limit, before),
      (read, { messages: { meanwhile, moment } }) => {
        if (history.beginning !== beginning || history.before !== before) return;
        history.land(read, meanwhile, moment);
        room.state.landed(history, read.messages);
      },
    )
    .catch(orUnknown);
}

/** From the newest on, until all that was held is read anew or there is enough to go on with. */
export async function readAgain(room: Room, history: History): Promise<void> {
  const { beginning } = history;
  history.stale = false; // whatever makes it doubtful from here on counts again
  const oldest = history.rows.peek()[0];
  const pages: MessagePage[] = [];
  try {
    await room.state.ask(
      async () => {
        let [before, count]: [string | null, number] = [null, 0];
        do {
          const read: MessagePage = await messages(room, history.contact_id, PAGE, before);
          pages.push(read);
          before = read.next;
          count += read.messages.length;
          const last = read.messages.at(-1);
          if (oldest === undefined || (last !== undefined && compareMessages(last, oldest) <= 0)) break;
        } while (before !== null && count < AGAIN_MAX);
      },
      (_, { messages: { meanwhile, moment } }) => {
        if (history.beginning !== beginning) return;
        history.replace(pages, meanwhile, moment);
        for (const read of pages) room.state.landed(history, read.messages);
      },
    );
  } catch (failure) {
    history.stale = true;
    throw failure;
  }
}

async function messages(room: Room, contact_id: string, limit: number, before: string | null): Promise<MessagePage> {
  const path = { number_id: room.number_id, contact_id };
  const query = before === null ? { limit } : { limit, before };
  const read = await room.api.get("/v1/numbers/{number_id}/conversations/{contact_id}/messages", { path, query });
  return read as MessagePage;
}

/** A contact that nobody knows has no conversation; that is an answer. */
function orUnknown(failure: unknown): null {
  if (failure instanceof Problem && failure.code === "no_such_contact") return null;
  throw failure;
}
