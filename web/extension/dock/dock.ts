/** The script inside WhatsApp Web: shows the icon and the overlay, and speaks with nobody but our own worker. */
import { LastingPort } from "../lastingport";
import { DOCK, type DockHears, type DockSays, type Look, STILL_HERE_MS } from "../wire";
import { DockElement } from "./element";
import { Patience } from "./patience";
import { Staying } from "./staying";

export function dock(): void {
  // Proves to the worker that a frame in this tab is the one made here, and not one that the page has made.
  let nonce = crypto.randomUUID();
  let look: Look | null = null;
  let wanted = false;
  let fresh = true;
  const patience = new Patience();

  const element = new DockElement((open) => {
    wanted = open;
    fresh = false;
    if (open && !element.shown) begin();
    port.say({ type: "opened", open });
  });

  const staying = new Staying(element.host, () => {
    if (!look) return;
    element.restore(wanted);
    // The frame inside was unloaded with it.
    if (element.shown) begin();
  });

  const port = new LastingPort<DockSays, DockHears>(DOCK, {
    opened: hello,
    hear: (word) => {
      if (word.type === "look") {
        const first = look === null;
        look = word.look;
        if (first) staying.begin();
        element.dress(look);
        // Other looks may come before the one that answers our hello.
        if (word.open !== null && fresh) {
          fresh = false;
          if (word.open) turn(true, false);
        }
      } else if (word.type === "open") {
        turn(word.open === "other" ? !element.open : word.open, true);
      } else if (word.nonce === nonce && element.shown) {
        // The page has led our frame elsewhere, or it has crashed.
        setTimeout(begin, patience.next(performance.now()));
      }
    },
    orphaned: () => element.orphan(look?.words.reload ?? ""),
  });

  function hello(): void {
    port.say({ type: "hello", nonce, open: element.open, fresh });
  }

  function turn(open: boolean, focus: boolean): void {
    if (open && !element.shown) begin();
    element.turn(open, focus);
  }

  function begin(): void {
    nonce = crypto.randomUUID();
    hello();
    element.show(chrome.runtime.getURL(`inbox.html#${nonce}`));
  }

  port.open();
  setInterval(() => {
    port.say({ type: "still" });
    if (look) staying.check();
  }, STILL_HERE_MS);
}
