/** What outlives a reload: one number as it was at one cursor. The cache only stores it and gives it back. */
import type { Conversation, InboxNumber, Message } from "./chat";
import type { ListEdge } from "./conversations";
import type { Edge } from "./history";

export interface CachedThread {
  contact_id: string;
  /** Oldest first. */
  messages: readonly Message[];
  edges: readonly Edge[];
  start: boolean;
  stale: boolean;
}

export interface Cached {
  cursor: string;
  number: InboxNumber;
  conversations: readonly Conversation[];
  edges: readonly ListEdge[];
  complete: boolean;
  /** Conversations of `threads` that stand below the end of the list. */
  aside: readonly Conversation[];
  threads: readonly CachedThread[];
}
