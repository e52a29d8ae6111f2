/** Where webhooks go, how many wait, and Meta's own form for it. */

import { ask } from "./admin.js";
import { at, el, keep, say } from "./elements.js";
import { tell } from "./notices.js";
import { draws, soon, state } from "./state.js";

export function showCallbacks() {
  const form = at("callback");
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { url, verify_token } = form.elements;
    const set = await ask("PUT", "/callbacks", { url: url.value.trim(), verify_token: verify_token.value });
    if (set) tell("The callback answered the handshake. Webhooks go there now.");
    soon("overview");
  });
  draws(draw);
}

function draw() {
  const overview = state.overview;
  if (!overview) return;
  const number = overview.numbers.find((/** @type {any} */ one) => one.id === state.numberId);
  say(at("number-id"), number?.id ?? "");
  const rows = overview.callbacks.length ? overview.callbacks : [null];
  keep(
    at("callbacks"),
    rows,
    (one) => one?.id ?? "",
    () => el("li", {}, el("span", { class: "address" }), el("span", { class: "quiet" })),
    (element, one) => {
      const [address, waiting] = /** @type {HTMLElement[]} */ ([...element.children]);
      say(address, one ? one.url : "No inbox is connected yet.");
      say(waiting, one ? queue(one, overview.webhooks[one.id]) : "What customers write waits until one is.");
    },
  );
  const resting = Object.values(overview.webhooks).some((/** @type {any} */ depth) => depth.resting > 0);
  at("hurry").hidden = !resting;
}

function queue(/** @type {any} */ callback, /** @type {any} */ depth) {
  const waiting = depth ? depth.fresh + depth.ready + depth.in_flight : 0;
  const parts = [callback.verified ? "verified" : "not verified"];
  parts.push(waiting ? `${waiting} waiting` : "nothing waiting");
  if (depth?.resting) parts.push(`${depth.resting} to be tried again`);
  if (depth?.dropped) parts.push(`${depth.dropped} given up`);
  return parts.join(", ");
}
