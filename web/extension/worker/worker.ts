/** The background worker: one socket, one count, and the ways to the inbox. It may be stopped and started at any time. */
import type { OpenLine } from "@core/environment";
import { SIGN_IN_KEY } from "@core/signin";
import {
  barSide,
  changeSettings,
  drawer,
  keepOpen,
  parseSettings,
  readSettings,
  SETTINGS_KEY,
  wasOpen,
} from "../settings";
import { DOCK, FRAME, type Look } from "../wire";
import { arrive, turn } from "./arrival";
import { ServerDoor } from "./door";
import { Hub } from "./hub";
import { notice, noticePlace, show, take, takeAll } from "./notifications";
import { Relay } from "./relay";
import { Watch } from "./watch";
import { say, speak } from "./words";

const ALARM = "count";
const ALARM_MIN = 5;
const BADGE_COLOUR = "#0e7c7b";
const COUNT_MAX = 99;
/** Where the inbox keeps the language that somebody chose in it. */
const LANGUAGE_KEY = "language";

/** Everything is registered before this returns: the browser wakes a worker only for what it registered at once. */
export function work(openLine: OpenLine): void {
  const store = chrome.storage.local;
  // Tokens are in there: the script inside WhatsApp Web has no business with them. Firefox has no such switch.
  void store.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });

  let settings = parseSettings(null);
  let unread = 0;
  let hears = false;
  const relay = new Relay(openLine);
  const hub = new Hub(relay, {
    look,
    remembered: async () => {
      await ready;
      return await wasOpen(store);
    },
    opened: (open) => void keepOpen(store, open),
    stirred: (numbers) => (numbers ? watch.anew() : watch.soon()),
  });
  const watch = new Watch(
    relay,
    new ServerDoor(store, (...asked) => fetch(...asked)),
    {
      count: (count) => {
        unread = count;
        draw();
      },
      news: (conversation) => {
        const told = notice(conversation, settings.tell, hub.watches(conversation));
        if (told) show(told);
      },
      read: take,
      gone: takeAll,
    },
    () => hub.docks.size + hub.frames.size > 0,
  );

  function look(): Look {
    const bar = barSide();
    return {
      side: settings.side ?? bar,
      bar,
      words: {
        button: unread === 0 ? say("dock.button") : say("dock.buttonUnread", { count: unread }),
        panel: say("dock.panel"),
        badge: badge(unread),
        reload: say("dock.reload"),
      },
    };
  }

  function draw(): void {
    void chrome.action.setBadgeBackgroundColor({ color: BADGE_COLOUR });
    void chrome.action.setBadgeText({ text: badge(unread) });
    hub.redraw();
  }

  async function settle(): Promise<void> {
    settings = await readSettings(store);
    const key = settings.origin === null ? null : drawer(settings.origin) + LANGUAGE_KEY;
    speak(key === null ? null : (await store.get(key))[key], navigator.languages);
  }

  const ready = settle();

  chrome.runtime.onConnect.addListener((port) => {
    if (port.name === DOCK) hub.takeDock(port);
    else if (port.name === FRAME && isOwn(port.sender)) hub.takeFrame(port);
    else port.disconnect();
  });
  store.onChanged.addListener((changes) => {
    const drawn = settings.origin === null ? "" : drawer(settings.origin);
    const names = Object.keys(changes);
    const mine = names.some((name) => name === SETTINGS_KEY || name === drawn + LANGUAGE_KEY);
    if (mine) void settle().then(draw);
    if (names.some((name) => name === SETTINGS_KEY || name === drawn + SIGN_IN_KEY)) watch.restart();
  });
  chrome.action.onClicked.addListener((tab) => void arrive(hub, tab));
  chrome.commands.onCommand.addListener((name, tab) => {
    void ready.then(async () => {
      if (name === "toggle-inbox" && settings.key) await turn(hub, tab);
    });
  });
  chrome.alarms.onAlarm.addListener(({ name }) => name === ALARM && watch.soon(0));
  chrome.permissions.onAdded.addListener(hearClicks);
  chrome.permissions.onRemoved.addListener(({ permissions }) => {
    if (permissions?.includes("notifications")) void changeSettings(store, { tell: "nothing" });
  });
  hearClicks();

  // The first of a browser's life makes it; it stays until the extension goes.
  void chrome.alarms.get(ALARM).then(async (alarm) => {
    if (!alarm) await chrome.alarms.create(ALARM, { periodInMinutes: ALARM_MIN });
  });
  void ready.then(() => watch.soon(0));

  function hearClicks(): void {
    if (hears || !chrome.notifications) return;
    hears = true;
    chrome.notifications.onClicked.addListener((id) => {
      chrome.notifications.clear(id);
      const place = noticePlace(id);
      if (place) void arrive(hub, undefined, place);
    });
  }
}

function badge(count: number): string {
  if (count === 0) return "";
  return count > COUNT_MAX ? `${COUNT_MAX}+` : String(count);
}

/** Whether a port comes from a page of ours, rather than from the script inside WhatsApp Web. */
function isOwn(sender: chrome.runtime.MessageSender | undefined): boolean {
  return sender?.url?.startsWith(chrome.runtime.getURL("")) ?? false;
}
