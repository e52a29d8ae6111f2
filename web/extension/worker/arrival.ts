/** Brings the inbox before a person's eyes: over WhatsApp Web if that is open, else in a tab of its own. */
import type { Place } from "../wire";
import type { Hub } from "./hub";

/** The tab that is asked first is the one in which somebody clicked. */
export async function arrive(hub: Hub, asked?: chrome.tabs.Tab, place?: Place): Promise<void> {
  const docks = [...hub.docks];
  const dock = docks.find(({ tab }) => tab === asked?.id) ?? docks.find(({ open }) => open) ?? docks[0];
  if (dock) {
    await raise(dock.tab);
    hub.turn(dock, true);
    if (place) hub.wish(dock.tab, place);
    return;
  }
  const tab = [...hub.frames].find(({ alone }) => alone)?.tab ?? (await newTab());
  await raise(tab);
  if (place && tab !== undefined) hub.wish(tab, place);
}

/** The key: opens and closes in the tab at hand, or goes to where the inbox is. */
export async function turn(hub: Hub, asked?: chrome.tabs.Tab): Promise<void> {
  const dock = [...hub.docks].find(({ tab }) => tab === asked?.id);
  if (dock) hub.turn(dock, "other");
  else await arrive(hub, asked);
}

async function newTab(): Promise<number | undefined> {
  return (await chrome.tabs.create({ url: chrome.runtime.getURL("inbox.html") })).id;
}

async function raise(id: number | undefined): Promise<void> {
  if (id === undefined) return;
  try {
    const tab = await chrome.tabs.update(id, { active: true });
    if (tab?.windowId !== undefined) await chrome.windows.update(tab.windowId, { focused: true });
  } catch {
    // it was closed a moment ago
  }
}
