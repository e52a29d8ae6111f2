/** The live stream of what happens, by server-sent events; a browser takes it up again where it was lost. */

import { look } from "./admin.js";
import { changed, everything, hear, state } from "./state.js";

const KINDS = ["inbound", "received", "status", "call", "delivery", "note"];
const LOOKS_BACK = 100;

/** Begins with the last things that happened, and goes on with the next. */
export async function follow() {
  const seq = state.overview?.ledger.seq ?? 0;
  const past = await look(`/events?since=${Math.max(0, seq - LOOKS_BACK)}`);
  for (const record of past?.events ?? []) hear(record);
  // What was answered before the page was opened is no news.
  state.answered.clear();
  const stream = new EventSource(`/simulator/stream?since=${past?.seq ?? seq}`);
  stream.onopen = () => is("live");
  stream.onerror = () => is("waiting");
  for (const kind of KINDS) {
    stream.addEventListener(kind, (event) => hear(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  }
}

function is(/** @type {string} */ live) {
  state.live = live;
  if (live === "live") everything();
  changed();
}
