/** The inbox in a frame over WhatsApp Web, or in a tab of its own. */
import { mount } from "@inbox/mount";
import { speech } from "@inbox/speech";
import { render } from "preact";
import { readSettings, SETTINGS_KEY } from "../settings";
import { attend } from "./attention";
import { frameEnvironment } from "./environment";
import { HubPort } from "./hubport";
import { Welcome } from "./welcome";

export async function start(place: HTMLElement): Promise<void> {
  const overlay = window.top !== window;
  const hub = new HubPort(overlay ? location.hash.slice(1) : null);
  const store = chrome.storage.local;
  const [{ origin }] = await Promise.all([readSettings(store), hub.entered]);

  // Another server is another inbox.
  store.onChanged.addListener(({ [SETTINGS_KEY]: changed }) => {
    if (changed && (changed.newValue as { origin?: unknown } | undefined)?.origin !== origin) location.reload();
  });
  const close = () => hub.close();
  if (overlay) closeByKey(close);

  if (origin === null) {
    await speech.start(undefined, "extension");
    await Promise.all([speech.load("inbox"), speech.load("settings")]);
    render(<Welcome close={overlay ? close : undefined} />, place);
    return;
  }
  const environment = frameEnvironment(origin, store, hub);
  mount(place, environment, {
    overlay,
    ...(overlay && { onClose: close }),
    onInbox: (inbox) => attend(inbox, environment.visible, hub),
  });
}

/** Esc closes the overlay when nothing in it had a use for the key. */
function closeByKey(close: () => void): void {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) close();
  });
}
