/** Graph and webhooks out of order: the token refused, faults once or until lifted, dials, and nobody there. */

import { ask } from "./admin.js";
import { at, el, isOn, keep, say, turn } from "./elements.js";
import { FAULTS, isSame, named, SLOW, WEBHOOK_DIALS } from "./faults.js";
import { draws, soon, state } from "./state.js";

const AWAY_S = 10;
/** @type {(() => void)[]} */
const drawings = [];

export function showLevers() {
  const token = at("token");
  token.addEventListener("click", () => act("POST", isOn(token) ? "/tokens/accept" : "/tokens/refuse", {}));
  const held = at("held");
  held.addEventListener("click", () => act("POST", isOn(held) ? "/resume" : "/pause?only=webhooks"));
  at("hurry").addEventListener("click", () => act("POST", "/webhooks/hurry"));
  at("absence").addEventListener("click", () => act("POST", "/absence", { for_s: AWAY_S }));
  at("faults").append(...FAULTS.map(row));
  at("dials").append(dial(SLOW));
  at("webhook-dials").append(...WEBHOOK_DIALS.map(dial));
  draws(draw);
}

async function act(/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body = undefined) {
  await ask(method, path, body);
  soon("overview");
}

function row(/** @type {import("./faults.js").Fault} */ each) {
  const lever = el("button", {
    type: "button",
    role: "switch",
    "aria-checked": "false",
    text: each.name,
    title: each.does,
  });
  const inForce = () =>
    (state.overview?.faults ?? []).filter((/** @type {any} */ one) => one.times === null && isSame(one, each));
  lever.addEventListener("click", async () => {
    if (!isOn(lever)) return act("POST", "/faults", each.fault);
    for (const one of inForce()) await ask("DELETE", `/faults/${one.id}`);
    return soon("overview");
  });
  const once = el("button", {
    type: "button",
    class: "small",
    text: "Once",
    "aria-label": `Once: ${each.name}, for the next call only`,
    onclick: () => act("POST", "/faults", { ...each.fault, times: 1 }),
  });
  drawings.push(() => turn(lever, inForce().length > 0));
  return el("li", {}, lever, once, el("p", { class: "quiet", text: each.does }));
}

function dial(/** @type {import("./faults.js").Dial} */ each) {
  const lever = el("button", { type: "button", role: "switch", "aria-checked": "false", text: each.name });
  lever.addEventListener("click", () => act("PATCH", "/tuning", { [each.dial]: isOn(lever) ? each.off : each.on }));
  drawings.push(() => turn(lever, state.overview?.tuning[each.dial] !== each.off));
  return el("div", {}, lever, el("p", { class: "quiet", text: each.does }));
}

function draw() {
  const overview = state.overview;
  if (!overview) return;
  turn(at("token"), overview.token_refused_code !== null);
  turn(at("held"), overview.paused.webhooks);
  for (const each of drawings) each();
  const others = overview.faults.filter(
    (/** @type {any} */ one) => one.times !== null || !FAULTS.some((each) => isSame(one, each)),
  );
  keep(
    at("others"),
    others,
    (one) => String(one.id),
    (one) =>
      el(
        "li",
        {},
        el("span", {}),
        el("button", {
          type: "button",
          class: "small",
          text: "Lift",
          onclick: () => act("DELETE", `/faults/${one.id}`),
        }),
      ),
    (element, one) => {
      say(/** @type {HTMLElement} */ (element.firstElementChild), named(one));
      element.lastElementChild?.setAttribute("aria-label", `Lift: ${named(one)}`);
    },
  );
}
