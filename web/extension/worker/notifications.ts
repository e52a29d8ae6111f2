/** Desktop notifications: one for each conversation, and only while a person wants them. */
import type { Conversation } from "@core/chat";
import * as v from "valibot";
import type { Tell } from "../settings";
import type { Place } from "../wire";
import { say } from "./words";

const Id = v.tuple([v.string(), v.string()]);
const ICON = "icon/128.png";
// What a lock screen shows of it at most, anyway.
const TEXT_LENGTH_MAX = 200;

export interface Notice {
  id: string;
  title: string;
  message: string;
}

/** null when nothing is to be told: by choice, or because somebody is looking at the conversation already. */
export function notice(conversation: Conversation, tell: Tell, watched: boolean): Notice | null {
  if (tell === "nothing" || watched) return null;
  const { contact, preview, unread } = conversation;
  return {
    id: noticeId(conversation),
    title: contact.name ?? contact.username ?? contact.phone ?? conversation.contact_id,
    message:
      tell === "text" && preview?.text
        ? preview.text.slice(0, TEXT_LENGTH_MAX)
        : say("notification.message", { count: unread }),
  };
}

/** The same for the same conversation, so that a new one takes the place of the old one. */
export function noticeId({ number_id, contact_id }: Place): string {
  return JSON.stringify([number_id, contact_id]);
}

export function noticePlace(id: string): Place | null {
  try {
    const [number_id, contact_id] = v.parse(Id, JSON.parse(id));
    return { number_id, contact_id };
  } catch {
    return null;
  }
}

/** The permission is optional: without it the browser has no `notifications` at all. */
export function show({ id, title, message }: Notice): void {
  chrome.notifications?.create(id, { type: "basic", iconUrl: chrome.runtime.getURL(ICON), title, message });
}

/** Names and words do not stay on the desktop of whoever signed out. */
export function takeAll(): void {
  chrome.notifications?.getAll((shown) => {
    for (const id of Object.keys(shown)) chrome.notifications.clear(id);
  });
}

export function take(place: Place): void {
  chrome.notifications?.clear(noticeId(place));
}
