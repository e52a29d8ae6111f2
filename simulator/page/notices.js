/** Short news at the foot of the page, for eyes and screen readers alike. */

import { at, el } from "./elements.js";

const SHOWN_MS = 6_000;
const KEPT_MAX = 3;

/** Says something once; it goes by itself. */
export function tell(/** @type {string} */ text) {
  const list = at("notices");
  while (list.children.length >= KEPT_MAX) list.firstElementChild?.remove();
  const notice = el("p", { class: "notice", text });
  list.append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}
