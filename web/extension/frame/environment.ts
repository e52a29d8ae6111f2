/** What the extension gives to core: its own storage, the worker's socket, and one server to speak to. */
import type { Environment } from "@core/environment";
import { browserClock, newId, onlineSignal, reachableDatabases, visibleSignal } from "@inbox/environment";
import { computed } from "@preact/signals";
import { keepFor, type Store } from "../settings";
import type { HubPort } from "./hubport";

export function frameEnvironment(origin: string, store: Store, hub: HubPort): Environment {
  const page = visibleSignal();
  return {
    origin,
    fetch: onlyTo(
      origin,
      (...asked) => fetch(...asked),
      (numbers) => hub.stirred(numbers),
    ),
    keep: keepFor(store, origin),
    clock: browserClock,
    openLine: hub.openLine,
    databases: reachableDatabases(),
    online: onlineSignal(),
    visible: computed(() => page.value && hub.shown.value),
    newId: () => newId(),
  };
}

type Stirred = (numbers: boolean) => void;

/** Requests go to this server or nowhere; whatever may have changed the count of unread conversations is told. */
export function onlyTo(origin: string, fetch: typeof globalThis.fetch, stirred: Stirred): typeof globalThis.fetch {
  return async (asked, how) => {
    const request = new Request(asked, how);
    const { origin: asks, pathname } = new URL(request.url);
    if (asks !== origin) throw new TypeError("not our server");
    const answer = await fetch(request);
    const wrote = request.method !== "GET";
    if (answer.ok && (wrote || /\/(snapshot|changes)$/.test(pathname))) {
      stirred(wrote && /^\/v1\/numbers(\/[^/]+)?$/.test(pathname));
    }
    return answer;
  };
}
