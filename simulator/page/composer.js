/** Writing as a customer: text of any script, an answer, a change, and messages as if written long ago. */

import { ask, customer } from "./admin.js";
import { bubblesCompose } from "./bubbles.js";
import { at, say } from "./elements.js";
import { draws, now, soon, state } from "./state.js";
import { hour } from "./wording.js";

const HEIGHT_MAX_PX = 132; // six lines
/** @type {{kind: "reply" | "edit", wamid: string, text: string} | null} */
let mode = null;
let writesAs = "";
/** What was begun on each phone and not sent, the newest of them. */
const drafts = new Map();
const DRAFTS_MAX = 100;

export function showComposer() {
  const text = at("text");
  at("composer").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void send();
  });
  text.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && mode) become(null);
    // An Enter that ends a composition belongs to the keyboard of that script.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });
  text.addEventListener("input", grow);
  at("about-what")
    .querySelector("button")
    .addEventListener("click", () => become(null));
  at("when").addEventListener("change", hint);
  bubblesCompose(become);
  draws(draw);
}

/** @param {typeof mode} next */
function become(next, wantsFocus = true) {
  if (mode?.kind === "edit" || next?.kind === "edit") at("text").value = next?.kind === "edit" ? next.text : "";
  mode = next;
  at("about-what").hidden = !mode;
  const words = mode?.kind === "edit" ? "Changing: " : "Answering: ";
  if (mode) say(at("about-what").querySelector("span"), words + mode.text);
  if (wantsFocus) at("text").focus();
  grow();
}

function draw() {
  if (writesAs !== state.selected) {
    if (writesAs) drafts.set(writesAs, mode?.kind === "edit" ? "" : at("text").value);
    if (drafts.size > DRAFTS_MAX) drafts.delete(drafts.keys().next().value);
    become(null, false);
    writesAs = state.selected;
    at("text").value = drafts.get(writesAs) ?? "";
    grow();
  }
  hint();
}

/** The written, if there is anything; what was refused stays in the field. */
async function send() {
  const text = at("text").value;
  if (!text.trim()) return;
  const number_id = state.numberId;
  const as = state.selected;
  const done =
    mode?.kind === "edit"
      ? await ask("POST", customer(as, "edit"), { text, wamid: mode.wamid, number_id })
      : await write(as, { text, ...(mode ? { context_wamid: mode.wamid } : {}), hours_ago: hoursAgo() });
  if (done === undefined) return;
  soon("phone");
  if (as !== state.selected) return;
  at("text").value = "";
  become(null);
}

/** Anything a customer can send. */
export function write(/** @type {string} */ as, /** @type {object} */ message) {
  return ask("POST", customer(as, "write"), { number_id: state.numberId || null, ...message });
}

/** How long ago, as chosen beside the field. */
export const hoursAgo = () => Number(at("when").value);

/** An old message opens no window when a newer one has: said before somebody wonders. */
function hint() {
  const last = state.phone?.window.last_inbound_at;
  const hours = hoursAgo();
  const isNewer = hours > 0 && last !== null && last !== undefined && last > now() - hours * 3600;
  at("when-hint").hidden = !isNewer;
  if (isNewer)
    say(
      at("when-hint"),
      `They wrote at ${hour(last)}, and the window counts from the newest message. To see one close, take a new customer: see Clock.`,
    );
}

function grow() {
  const text = at("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, HEIGHT_MAX_PX)}px`;
}
