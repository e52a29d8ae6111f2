/** The ledger of a message: each step that is known, and when, in the order of their going. */
import type { Message, Status } from "@core/chat";

const ORDER: readonly Status[] = ["queued", "unknown", "accepted", "sent", "failed", "delivered", "read", "played"];

export type StepName = Status | "written" | "arrived" | "edited" | "revoked";

export interface Step {
  name: StepName;
  at_ms: number;
}

/** What others said was written and arrived; what went out from here climbs its statuses. */
export function steps(message: Message): Step[] {
  const known: [StepName, string | undefined][] = ORDER.map((status) => [status, message.status_at?.[status]]);
  if (message.direction === "inbound" || message.origin !== "agent") {
    known.unshift(["written", message.sent_at]);
    if (!message.history) known.push(["arrived", message.received_at]);
  }
  known.push(["edited", message.edited_at], ["revoked", message.revoked_at]);
  return known.flatMap(([name, at]) => (at ? [{ name, at_ms: Date.parse(at) }] : []));
}
