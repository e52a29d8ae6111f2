/** The words of the conversation between browser and server, as the served description declares them. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type InboxNumber = Schemas["Number"];
export type Conversation = Schemas["Conversation"];
export type Message = Schemas["Message"];
export type Content = Message["content"];
export type MessageReaction = Schemas["MessageReaction"];
export type GraphError = Schemas["GraphError"];
export type Status = Schemas["Status"];
export type Snapshot = Schemas["Snapshot"];

/** Something taken away; with `replaced_by` a conversation goes on under another contact id. */
export interface Removed {
  of: "message" | "conversation" | "number";
  number_id: string;
  contact_id?: string;
  id?: string;
  replaced_by?: string;
}

/** The new value of something in chat state: assigned, never computed. */
export type Change =
  | { cursor: string; kind: "message"; value: Message }
  | { cursor: string; kind: "conversation"; value: Conversation }
  | { cursor: string; kind: "number"; value: InboxNumber }
  | { cursor: string; kind: "removed"; value: Removed };

/** A message as the conversation shows it: one that only this browser knows yet says how it is doing here. */
export type Shown = Message & { pending?: Pending };

/** Why a message has not reached the server: `waiting` for the line, `sending`, or `refused` by our own server. */
export type Pending = { state: "waiting" | "sending" } | { state: "refused"; code: string; title: string };
