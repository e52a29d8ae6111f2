/** Which sign a message of ours carries, and whether saying it again could say it twice. */
import type { Shown } from "./chat";
import { words } from "./placeholder";

export type Tick = "clock" | "sent" | "delivered" | "read" | "alert" | "unknown";

/** `ask`: it may have gone out already, so a person has to choose knowing that. */
export type Again = "safe" | "ask" | "no";

/** Codes of a pending message that was given up here after it may have reached the server. */
const PERHAPS_SENT = new Set(["expired"]);

/** The sign beside the time; null for what others said. One tick is WhatsApp's own word, not Graph's acceptance. */
export function tick(message: Pick<Shown, "direction" | "origin" | "status" | "pending">): Tick | null {
  if (message.direction === "inbound") {
    return null;
  }
  if (message.pending) {
    return message.pending.state === "refused" ? "alert" : "clock";
  }
  switch (message.status) {
    case "queued":
    case "accepted":
      return "clock";
    case "unknown":
      return "unknown";
    case "sent":
      return "sent";
    case "failed":
      return "alert";
    case "delivered":
      return "delivered";
    case "read":
    case "played":
      return "read";
    default:
      // An echo of what the phone or another app sent: WhatsApp has it, or we would not know of it.
      return message.origin === "agent" ? "clock" : "sent";
  }
}

/** How safe it is to send the same words again as a new message. */
export function again(message: Shown): Again {
  if (message.direction === "inbound" || message.revoked_at !== undefined || words(message) === null) {
    return "no";
  }
  if (message.pending) {
    return message.pending.state !== "refused" ? "no" : PERHAPS_SENT.has(message.pending.code) ? "ask" : "safe";
  }
  return message.status === "failed" ? "safe" : message.status === "unknown" ? "ask" : "no";
}

/** Whether *Send again* is offered without a warning. */
export function maySendAgain(message: Shown): boolean {
  return again(message) === "safe";
}
