/** What the options need of the browser: permissions, its own page of shortcuts, and where things are kept. */
import { hostPattern, look } from "../address";
import { changeSettings, readSettings } from "../settings";
import type { Steps } from "./connecting";

export const steps: Steps = {
  look: (origin) => look(origin, (...asked) => fetch(...asked)),
  allowed: (pattern) => chrome.permissions.contains({ origins: [pattern] }),
  allow: (pattern) => chrome.permissions.request({ origins: [pattern] }).catch(() => false),
  giveBack,
  async keep(origin) {
    const { origin: before } = await readSettings(chrome.storage.local);
    await changeSettings(chrome.storage.local, { origin });
    if (before) await giveBack(hostPattern(before));
  },
};

/** A permission for a host that is not, or no longer, where the server is. */
async function giveBack(pattern: string): Promise<void> {
  const { origin } = await readSettings(chrome.storage.local);
  if (origin !== null && hostPattern(origin) === pattern) return;
  await chrome.permissions.remove({ origins: [pattern] }).catch(() => false);
}

/** Must be called while a press is still fresh. */
export async function allowNotifications(): Promise<boolean> {
  return await chrome.permissions.request({ permissions: ["notifications"] }).catch(() => false);
}

interface FirefoxCommands {
  openShortcutSettings?(): Promise<void>;
}

/** The browser's own page for the keys of extensions; false where it lets nobody open it but by hand. */
export async function openShortcuts(): Promise<boolean> {
  const { openShortcutSettings } = chrome.commands as FirefoxCommands;
  try {
    if (openShortcutSettings) await openShortcutSettings();
    else await chrome.tabs.create({ url: "chrome://extensions/shortcuts" });
    return true;
  } catch {
    return false;
  }
}

/** The key as the browser has it now; empty when another extension or the person took it away. */
export async function presentKey(): Promise<string> {
  const commands = await chrome.commands.getAll();
  return commands.find(({ name }) => name === "toggle-inbox")?.shortcut ?? "";
}
