/** The outbox of a workspace and its way to the server: through the number that is open, where that shows it at once. */
import type { Api } from "./api";
import type { Message } from "./chat";
import type { Environment } from "./environment";
import type { OpenNumber } from "./opennumber";
import { Outbox } from "./outbox";
import type { Entry } from "./pending";
import type { ServerTime } from "./servertime";

/** What the outbox needs of the inbox around it. */
export interface Counter {
  environment: Environment;
  api: Api;
  time: ServerTime;
  workspace_id: string;
  current(): OpenNumber | null;
  /** Another tab has deleted everything of this workspace. */
  wiped(): void;
}

export function openOutbox({ environment, api, time, workspace_id, current, wiped }: Counter): Outbox {
  const { databases, clock, online, visible, newId } = environment;
  return new Outbox({
    databases,
    workspace_id,
    clock,
    time,
    online,
    visible,
    newId,
    post: (entry) => {
      const number = current();
      const sending = () => post(api, entry);
      return number?.id === entry.number_id ? number.post(entry, sending) : sending();
    },
    accepted: () => {}, // shown already, when the answer came
    wiped,
  });
}

function post(api: Api, { id, number_id, contact_id, content, context }: Entry): Promise<Message> {
  return api.post("/v1/numbers/{number_id}/conversations/{contact_id}/messages", {
    path: { number_id, contact_id },
    body: { id, content, ...(context ? { context } : {}) },
  });
}
