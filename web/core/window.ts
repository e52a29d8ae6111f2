/** How much of the 24 hours after a customer's last message is left. */
import type { Conversation } from "./chat";

export interface Window {
  open: boolean;
  left_ms: number;
}

export interface Countdown {
  hours: number;
  minutes: number;
  seconds: number;
}

const CLOSED: Window = { open: false, left_ms: 0 };
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The window as the server's time says; a customer who has never written has none open. */
export function windowLeft(conversation: Pick<Conversation, "window_expires_at">, server_now_ms: number): Window {
  const left_ms = Date.parse(conversation.window_expires_at ?? "") - server_now_ms;
  return left_ms > 0 ? { open: true, left_ms } : CLOSED;
}

/** What a countdown shows: whole units, rounded down so that it never promises time that is not there. */
export function countdown(left_ms: number): Countdown {
  return {
    hours: Math.floor(left_ms / HOUR_MS),
    minutes: Math.floor((left_ms % HOUR_MS) / MINUTE_MS),
    seconds: Math.floor((left_ms % MINUTE_MS) / SECOND_MS),
  };
}

/** How long a countdown of hours and minutes stays true; in its last minute, how long one of seconds does. */
export function unchangedFor_ms(left_ms: number): number {
  const unit_ms = left_ms > MINUTE_MS ? MINUTE_MS : SECOND_MS;
  return left_ms > 0 ? (left_ms % unit_ms) + 1 : 0;
}
