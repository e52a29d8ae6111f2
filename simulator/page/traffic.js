/** Customers in the background who write steadily, and beginning again. */

import { ask } from "./admin.js";
import { at, el, keep, say } from "./elements.js";
import { draws, soon, state } from "./state.js";

const LOOKS_MS = 1_000;
const SURE_MS = 4_000;
let soft = 0;

export function showTraffic() {
  const form = at("traffic");
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { per_s, minutes, customers } = form.elements;
    await ask("POST", "/traffic", {
      per_s: Number(per_s.value),
      for_s: Number(minutes.value) * 60,
      customers: Number(customers.value),
      number_ids: [state.numberId],
    });
    soon("overview");
    soon("customers");
  });
  at("dry").addEventListener("click", () => ask("DELETE", "/traffic"));
  at("reset").addEventListener("click", again);
  draws(draw);
  setInterval(() => {
    if (running().length) soon("overview");
  }, LOOKS_MS);
}

const running = () => (state.overview?.traffic ?? []).filter((/** @type {any} */ stream) => !stream.done);

/** Asked twice, because what is forgotten is gone. */
async function again() {
  const button = at("reset");
  if (soft) {
    clearTimeout(soft);
    soft = 0;
    say(button, "Begin again");
    await ask("POST", "/reset");
    return;
  }
  say(button, "Really? Press once more");
  soft = window.setTimeout(() => {
    soft = 0;
    say(button, "Begin again");
  }, SURE_MS);
}

function draw() {
  const streams = running();
  at("dry").disabled = !streams.length;
  keep(
    at("streams"),
    streams,
    (stream) => String(stream.id),
    () => el("li", {}, el("span", {}), el("progress", { "aria-label": "written so far" })),
    (element, stream) => {
      const total = Math.floor(stream.per_s * stream.for_s);
      say(
        /** @type {HTMLElement} */ (element.firstElementChild),
        `${stream.per_s} per second from ${stream.customers}: ${stream.written} of ${total}`,
      );
      const bar = /** @type {HTMLProgressElement} */ (element.lastElementChild);
      bar.max = total || 1;
      bar.value = stream.written;
    },
  );
}
