/** The log: what Graph was asked, which webhooks went out, what they were answered, newest first. */

import { at, el, keep, say } from "./elements.js";
import { draws, state } from "./state.js";
import { line } from "./telling.js";
import { second } from "./wording.js";

const SHOWN_MAX = 120;

export function showLog() {
  const list = at("log");
  const sort = at("log-kind");
  const draw = () => {
    const names = new Map(state.customers.map((one) => [one.id, one.name]));
    const name = (/** @type {string} */ id) => names.get(id) ?? id;
    const shown = [];
    for (const record of state.log) {
      const words = line(record, name);
      if (sort.value === "all" || sort.value === words.sort) shown.push({ record, told: words });
      if (shown.length === SHOWN_MAX) break;
    }
    keep(list, shown, (one) => String(one.record.seq), made, told);
  };
  sort.addEventListener("change", draw);
  draws(draw);
}

/** @typedef {{record: any, told: import("./telling.js").Line}} Shown */

function made(/** @type {Shown} */ { record, told }) {
  return el(
    "li",
    { class: told.bad ? "bad" : "" },
    el("time", { text: second(record.at) }),
    el("span", { class: "chip", "data-sort": told.sort, text: told.chip }),
    el("span", { class: "told", dir: "auto" }),
  );
}

/** The words may come later than the line: who somebody is may not be known yet. */
function told(/** @type {HTMLElement} */ element, /** @type {Shown} */ one) {
  say(/** @type {HTMLElement} */ (element.lastElementChild), one.told.text);
}
