/** The inbox in a frame over WhatsApp Web, or in a tab of its own. */
import { mount } from "@inbox/mount";
import { speech } from "@inbox/speech";
import { render } from "preact";
import { parseSettings, readSettings, SETTINGS_KEY } from "../settings";
import { attend } from "./attention";
import { frameEnvironment } from "./environment";
import { HubPort } from "./hubport";
import { Welcome } from "./welcome";

export async function start(place: HTMLElement): Promise<void> {
  const overlay = window.top !== window;
  const hub = new HubPort(overlay ? location.hash.slice(1) : null);
  const store = chrome.storage.local;
  const close = overlay ? () => hub.close() : undefined;
  let [{ origin }] = await Promise.all([readSettings(store), hub.entered]);
  let leave = show(place, origin, hub, close);

  // Another server is another inbox.
  store.onChanged.addListener(({ [SETTINGS_KEY]: changed }) => {
    if (!changed) return;
    const next = parseSettings(changed.newValue).origin;
    if (next === origin) return;
    origin = next;
    leave();
    leave = show(place, origin, hub, close);
  });
  if (close) closeByKey(close);
}

/** The returned function takes it away again. */
function show(place: HTMLElement, origin: string | null, hub: HubPort, close: (() => void) | undefined): () => void {
  if (origin === null) return welcome(place, close);
  const environment = frameEnvironment(origin, chrome.storage.local, hub);
  let ignore = () => {};
  const unmount = mount(place, environment, {
    overlay: close !== undefined,
    ...(close && { onClose: close }),
    onInbox: (inbox) => {
      ignore = attend(inbox, environment.visible, hub);
    },
  });
  return () => {
    ignore();
    unmount();
  };
}

function welcome(place: HTMLElement, close: (() => void) | undefined): () => void {
  let gone = false;
  void speech.start(undefined, "extension").then(async () => {
    await Promise.all([speech.load("inbox"), speech.load("settings")]);
    if (!gone) render(<Welcome close={close} />, place);
  });
  return () => {
    gone = true;
    render(null, place);
  };
}

/** Esc closes the overlay when nothing in it had a use for the key. */
function closeByKey(close: () => void): void {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) close();
  });
}
