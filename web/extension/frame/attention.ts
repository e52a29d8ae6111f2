/** Ties an inbox to the worker: which conversation is before somebody's eyes, and which one was asked for. */
import type { Inbox } from "@core/inbox";
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Place } from "../wire";
import type { HubPort } from "./hubport";

export function attend(inbox: Inbox, visible: ReadonlySignal<boolean>, hub: HubPort): () => void {
  const focused = focusSignal();
  const stopWatching = effect(() => {
    const number = inbox.current.value;
    const thread = number?.opened.value;
    const seen = visible.value && focused.value && number && thread;
    hub.watches(seen ? { number_id: number.id, contact_id: thread.contact_id.value } : null);
  });

  const wish = signal<Place | null>(null);
  hub.listen((place) => {
    wish.value = place;
  });
  // Granted once the number is there and open; whatever is wished for later takes its place.
  const stopWishing = effect(() => {
    const place = wish.value;
    const current = inbox.current.value;
    if (!place || !inbox.numbers.value.some(({ id }) => id === place.number_id)) return;
    untracked(() => {
      if (current?.id !== place.number_id) return inbox.choose(place.number_id);
      wish.value = null;
      current.openThread(place.contact_id);
    });
  });
  return () => {
    stopWatching();
    stopWishing();
    hub.watches(null);
  };
}

function focusSignal(): ReadonlySignal<boolean> {
  const focused = signal(document.hasFocus());
  addEventListener("focus", () => {
    focused.value = true;
  });
  addEventListener("blur", () => {
    focused.value = false;
  });
  return focused;
}
