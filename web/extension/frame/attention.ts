/** Ties an inbox to the worker: which conversation is before somebody's eyes, and which one was asked for. */
import type { Inbox } from "@core/inbox";
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Place } from "../wire";
import type { HubPort } from "./hubport";

export function attend(inbox: Inbox, visible: ReadonlySignal<boolean>, hub: HubPort): void {
  const focused = focusSignal();
  effect(() => {
    const number = inbox.current.value;
    const thread = number?.opened.value;
    const seen = visible.value && focused.value && number && thread;
    hub.watches(seen ? { number_id: number.id, contact_id: thread.contact_id.value } : null);
  });
  hub.listen((place) => open(inbox, place));
}

/** Now, or as soon as the number is there; whatever is asked for later takes its place. */
function open(inbox: Inbox, { number_id, contact_id }: Place): void {
  const stop = effect(() => {
    if (!inbox.numbers.value.some(({ id }) => id === number_id)) return;
    if (inbox.current.value?.id !== number_id) return inbox.choose(number_id);
    const number = inbox.current.value;
    queueMicrotask(() => {
      stop();
      number.openThread(contact_id);
    });
  });
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
