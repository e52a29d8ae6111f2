/** The cast of customers: whose phone lies on the desk, who was answered, and somebody new. */

import { ask } from "./admin.js";
import { at, el, keep, say } from "./elements.js";
import { draws, select, soon, state } from "./state.js";
import { hue, initials } from "./wording.js";

const SHOWN_MAX = 100;
const NAMES = [
  "Inês Costa",
  "Kofi Mensah",
  "Linnéa Berg",
  "Arjun Patel",
  "林美玲",
  "Zofia Nowak",
  "Amira Haddad",
  "Tom O’Hara",
];
const TRIES_MAX = 20;

export function showPeople() {
  const search = at("search");
  search.addEventListener("input", draw);
  draws(draw);
  const form = at("newcomer");
  form.addEventListener("toggle", (/** @type {any} */ event) => {
    if (event.newState === "open") form.elements.name.value = someName();
  });
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const made = await newcomer(form.elements.name.value.trim(), form.elements.hidden.checked);
    if (!made) return;
    form.hidePopover();
    select(made);
    at("text").focus();
  });
}

const someName = () => NAMES[Math.floor(Math.random() * NAMES.length)];

/**
 * Somebody with one of the phone numbers that are kept free for stories, or with none.
 * @returns {Promise<string | undefined>} the id
 */
export async function newcomer(name = someName(), isHidden = false) {
  const taken = new Set(state.customers.map((one) => one.phone));
  const free = Array.from({ length: TRIES_MAX }, somePhone).find((phone) => !taken.has(phone)) ?? somePhone();
  const id = `guest-${free.slice(-3)}${Date.now() % 10_000}`;
  const known = isHidden
    ? { phone: null, username: id.replace("-", "."), bsuid: `GB.${free}${Date.now()}` }
    : { phone: free };
  const made = await ask("POST", "/customers", { id, name, ...known });
  if (!made) return undefined;
  state.customers.push(made);
  soon("customers");
  return id;
}

const somePhone = () => `447700900${String(200 + Math.floor(Math.random() * 799))}`;

function draw() {
  const sought = at("search").value.trim().toLocaleLowerCase();
  const fits = (/** @type {any} */ one) =>
    `${one.name} ${one.id} ${one.phone} ${one.username}`.toLocaleLowerCase().includes(sought);
  const shown = state.customers.filter(fits);
  keep(at("people"), shown.slice(0, SHOWN_MAX), (one) => one.id, row, update);
  const more = shown.length > SHOWN_MAX ? `${shown.length - SHOWN_MAX} more: search. ` : "";
  say(at("crowd"), more + (state.crowd > 0 ? `And a crowd of ${state.crowd} in the background.` : ""));
}

function row(/** @type {any} */ one) {
  const button = el(
    "button",
    { type: "button", onclick: () => select(one.id) },
    el("span", { class: "handset", "data-hue": hue(one.id), "aria-hidden": true, text: initials(one.name) }),
    el("span", { class: "who" }, el("b", { dir: "auto", text: one.name }), el("span", { class: "quiet" })),
    el("span", { class: "badge" }),
  );
  return el("li", {}, button);
}

function update(/** @type {HTMLElement} */ element, /** @type {any} */ one) {
  const button = /** @type {HTMLElement} */ (element.firstElementChild);
  const [handset, who, badge] = /** @type {HTMLElement[]} */ ([...button.children]);
  if (one.id === state.selected) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  handset.classList.toggle("off", !one.online);
  say(/** @type {HTMLElement} */ (who.firstElementChild), one.name);
  say(/** @type {HTMLElement} */ (who.lastElementChild), one.online ? called(one) : "no signal");
  say(badge, state.answered.has(one.id) ? "answered" : state.overview?.playing.includes(one.id) ? "plays" : "");
}

function called(/** @type {any} */ one) {
  return one.phone && one.shares_phone ? `+${one.phone}` : `@${one.username ?? one.bsuid ?? one.id}`;
}
