/** The simulator's page: puts its parts in place, then follows what happens. */

import { look } from "./admin.js";
import { showCallbacks } from "./callbacks.js";
import { showClock } from "./clock.js";
import { showComposer } from "./composer.js";
import { at, el, say } from "./elements.js";
import { showLevers } from "./levers.js";
import { showLog } from "./log.js";
import { showPeople } from "./people.js";
import { showPhone } from "./phone.js";
import { showSamples } from "./samples.js";
import { changed, draws, everything, select, state } from "./state.js";
import { follow } from "./stream.js";
import { showTraffic } from "./traffic.js";

const TRIES_EVERY_MS = 1_000;

function showTop() {
  const choice = /** @type {HTMLSelectElement} */ (at("numbers").querySelector("select"));
  choice.addEventListener("change", () => {
    state.numberId = choice.value;
    state.phone = null;
    everything();
  });
  draws(() => {
    const live = at("live");
    live.dataset.is = state.live;
    say(live, state.live === "live" ? "live" : "no connection to the simulator");
    const overview = state.overview;
    if (!overview) return;
    const inbox = at("inbox");
    inbox.hidden = !overview.inbox_url;
    if (overview.inbox_url) inbox.href = overview.inbox_url;
    at("numbers").hidden = overview.numbers.length < 2;
    for (const number of overview.numbers.slice(choice.options.length)) {
      choice.append(el("option", { value: number.id, text: `${number.verified_name} +${number.display_number}` }));
    }
    choice.value = state.numberId;
  });
}

/** Whose phone the address names. */
function chosen() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id && state.customers.some((one) => one.id === id)) select(id);
}

async function begin() {
  for (const show of [
    showTop,
    showPeople,
    showPhone,
    showComposer,
    showClock,
    showLevers,
    showCallbacks,
    showTraffic,
    showLog,
  ])
    show();
  void showSamples();
  while (!state.overview) {
    state.overview = await look("");
    if (!state.overview) await new Promise((resolve) => setTimeout(resolve, TRIES_EVERY_MS));
  }
  state.numberId = state.overview.numbers[0].id;
  state.aheadS = state.overview.clock.now - Date.now() / 1000;
  state.selected = decodeURIComponent(location.hash.slice(1));
  everything();
  addEventListener("hashchange", chosen);
  changed();
  await follow();
}

void begin();
