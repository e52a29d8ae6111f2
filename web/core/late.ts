/** How late Meta delivered a message. */
import type { Message } from "./chat";

/** Webhooks take seconds; what takes longer than this was held up, and stands above what was already read. */
const LATE_MS = 2 * 60_000;

/** Milliseconds between sending and arriving where that is worth telling; null otherwise. History is not late. */
export function lateBy_ms(message: Pick<Message, "direction" | "sent_at" | "received_at" | "history">): number | null {
  if (message.direction === "outbound" || message.history) {
    return null;
  }
  const by_ms = Date.parse(message.received_at) - Date.parse(message.sent_at);
  return by_ms >= LATE_MS ? by_ms : null;
}
