/** What stands between and around messages: days, the unread separator, groups of bubbles. */
import type { Shown } from "./chat";

export type Row =
  | { kind: "day"; key: string; day: string }
  | { kind: "unread"; key: string; count: number }
  | { kind: "system"; key: string; message: Shown }
  | { kind: "message"; key: string; message: Shown; firstOfGroup: boolean; lastOfGroup: boolean };

type Bubble = Extract<Row, { kind: "message" }>;

/** The bubbles that one author has said in a row so far. */
interface Group {
  author: string;
  last: Bubble;
}

export interface Grouping {
  /** The id of the first unread message when the conversation was opened; null for no separator. */
  unreadFrom: string | null;
  /** The IANA name of the reader's time zone. */
  timezone: string;
}

/** Asking for a day costs more than all else here, and messages stay the same when one comes or goes. */
let known: { timezone: string; format: Intl.DateTimeFormat; days: WeakMap<Shown, string> } | null = null;

/** The rows of a conversation, oldest first, for messages that are sorted. */
export function rows(messages: readonly Shown[], { unreadFrom, timezone }: Grouping): Row[] {
  const dayIn = days(timezone);
  const told: Row[] = [];
  let day = "";
  let group = null as Group | null;
  for (const [at, message] of messages.entries()) {
    const own = dayIn(message);
    // What is pending stands last whatever this machine's clock says: a day never comes back.
    if (own > day) {
      day = own;
      told.push({ kind: "day", key: `day ${day}`, day });
      group = null;
    }
    if (message.id === unreadFrom) {
      told.push({ kind: "unread", key: "unread", count: countUnread(messages, at) });
      group = null;
    }
    if (message.content.type === "system") {
      told.push({ kind: "system", key: message.id, message });
      group = null;
      continue;
    }
    const author = authorOf(message);
    const follows = group?.author === author;
    if (group && follows) {
      group.last.lastOfGroup = false;
    }
    const last: Bubble = { kind: "message", key: message.id, message, firstOfGroup: !follows, lastOfGroup: true };
    told.push(last);
    group = { author, last };
  }
  return told;
}

/** The calendar day there and then, such as 2026-11-22. */
export function dayOf(at_ms: number, timezone: string): string {
  return Number.isFinite(at_ms) ? formatOf(timezone).format(at_ms) : "";
}

/** Whole days from one calendar day to another, so that 1 is yesterday whatever the clocks did in between. */
export function daysBetween(earlier: string, later: string): number {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / 86_400_000);
}

function days(timezone: string): (message: Shown) => string {
  if (known?.timezone !== timezone) known = { timezone, format: formatOf(timezone), days: new WeakMap() };
  const { days, format } = known;
  return (message) => {
    let day = days.get(message);
    if (day === undefined) {
      const at_ms = Date.parse(message.sent_at);
      day = Number.isFinite(at_ms) ? format.format(at_ms) : "";
      days.set(message, day);
    }
    return day;
  };
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    // Swedish writes dates as ISO 8601 does.
    return new Intl.DateTimeFormat("sv-SE", { ...parts, timeZone: timezone });
  } catch {
    return new Intl.DateTimeFormat("sv-SE", { ...parts, timeZone: "UTC" });
  }
}

function countUnread(messages: readonly Shown[], from: number): number {
  let count = 0;
  for (let at = from; at < messages.length; at++) {
    const message = messages[at];
    if (message?.direction === "inbound" && message.content.type !== "system" && !message.history && !message.standby) {
      count++;
    }
  }
  return count;
}

function authorOf(message: Shown): string {
  return message.direction === "inbound" ? "contact" : `${message.origin} ${message.agent?.id ?? ""}`;
}
