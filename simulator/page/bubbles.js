/** The conversation as a customer's phone shows it, and what can be done with each message. */

import { ask, customer } from "./admin.js";
import { at, el, keep, say } from "./elements.js";
import { soon, state } from "./state.js";
import { hour, said } from "./wording.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "🙏"];
const NEAR_END_PX = 80;
/** @type {(mode: {kind: "reply" | "edit", wamid: string, text: string}) => void} */
let compose = () => {};
let shownFor = "";

/** Whom to tell that a message is to be answered or changed. */
export function bubblesCompose(/** @type {typeof compose} */ whom) {
  compose = whom;
}

export function drawBubbles() {
  const list = at("bubbles");
  const all = state.phone?.bubbles ?? [];
  const isOther = shownFor !== state.selected;
  const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  const byId = new Map(all.map((/** @type {any} */ one) => [one.wamid, one]));
  keep(
    list,
    all,
    (one) => one.wamid,
    make,
    (element, one) => update(element, one, byId.get(one.context_wamid)),
  );
  if (state.phone) shownFor = state.selected;
  if (isOther || isNearEnd) list.scrollTop = list.scrollHeight;
}

function make(/** @type {any} */ one) {
  const isOwn = one.by === "customer";
  const actions = el("div", { class: "actions", hidden: true, role: "group", "aria-label": "This message" });
  const more = el("button", {
    type: "button",
    class: "more",
    "aria-expanded": "false",
    "aria-label": "What to do with this message",
    text: "⋯",
  });
  more.addEventListener("click", () => {
    actions.hidden = !actions.hidden;
    more.setAttribute("aria-expanded", String(!actions.hidden));
    if (!actions.hidden) actions.scrollIntoView({ block: "nearest" });
  });
  const act = (/** @type {string} */ text, /** @type {() => unknown} */ does, name = text) =>
    el("button", {
      type: "button",
      text,
      "aria-label": name,
      onclick: async () => {
        more.click();
        more.focus();
        await does();
        soon("phone");
      },
    });
  const number_id = state.numberId;
  const send = (/** @type {string} */ verb, /** @type {object} */ body) =>
    ask("POST", customer(state.selected, verb), { wamid: one.wamid, number_id, ...body });
  if (isOwn) {
    const change = act("Edit", () => compose({ kind: "edit", wamid: one.wamid, text: said(latest(one.wamid)) }));
    change.classList.add("edit");
    actions.append(
      change,
      act("Delete for everyone", () => send("revoke", {})),
    );
  } else {
    for (const emoji of EMOJI) actions.append(act(emoji, () => send("react", { emoji }), `React with ${emoji}`));
    actions.append(act("Take away", () => send("react", { emoji: "" }), "Take the reaction away"));
    actions.append(act("Reply", () => compose({ kind: "reply", wamid: one.wamid, text: said(one.content) })));
  }
  return el(
    "li",
    { class: isOwn ? "own" : "theirs" },
    el(
      "div",
      { class: "bubble" },
      el("p", { class: "quote", dir: "auto", hidden: true }),
      el("p", { class: "said", dir: "auto" }),
      el("p", { class: "foot" }, el("span", { class: "mark" }), el("time", {}), el("span", { class: "ticks" })),
      el("p", { class: "chips" }),
      more,
    ),
    actions,
  );
}

const latest = (/** @type {string} */ wamid) =>
  state.phone?.bubbles.find((/** @type {any} */ one) => one.wamid === wamid)?.content;

function update(/** @type {HTMLElement} */ element, /** @type {any} */ one, /** @type {any} */ quoted) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (element.querySelector(`.${name}`));
  element.classList.toggle("waiting", Boolean(one.is_waiting));
  element.classList.toggle("gone", Boolean(one.is_revoked));
  part("more").hidden = Boolean(one.is_revoked);
  if (one.is_revoked) part("actions").hidden = true;
  say(part("said"), one.is_revoked ? "This message was deleted" : said(one.content));
  part("quote").hidden = !quoted;
  if (quoted) say(part("quote"), quoted.is_revoked ? "deleted" : said(quoted.content));
  say(part("mark"), one.by === "shop" ? "from the shop’s phone" : one.is_edited ? "edited" : "");
  say(part("chips"), one.reactions.join(" "));
  say(/** @type {HTMLElement} */ (element.querySelector("time")), hour(one.at));
  const edit = /** @type {HTMLElement | null} */ (element.querySelector(".edit"));
  if (edit) edit.hidden = one.content?.type !== "text";
  ticks(part("ticks"), one);
}

/** The customer's own ticks are WhatsApp's; beside an answer stands what the business is told of it. */
function ticks(/** @type {HTMLElement} */ element, /** @type {any} */ one) {
  if (one.by === "shop" || one.is_revoked) return show(element, "", "", false);
  if (one.by === "customer")
    return show(element, "✓✓", one.is_read ? "read by the business" : "delivered", one.is_read);
  if (one.is_waiting) return show(element, "✓", "waits for signal", false, true);
  if (one.status === "read" || one.status === "played")
    return show(element, "✓✓", `the business is told: ${one.status}`, true, true);
  if (one.status === "delivered") return show(element, "✓✓", "the business is told: delivered", false, true);
  if (one.status === "failed") return show(element, "!", "the business is told: failed", false, true);
  return show(element, one.status ? "✓" : "", one.status ? "on its way" : "", false, true);
}

function show(
  /** @type {HTMLElement} */ element,
  /** @type {string} */ mark,
  /** @type {string} */ meaning,
  isBlue = false,
  isSpelled = false,
) {
  element.classList.toggle("blue", isBlue);
  element.title = meaning;
  const words = isSpelled && meaning ? `${mark} ${meaning.replace("the business is told: ", "")}` : mark;
  say(element, words);
  if (meaning) element.setAttribute("aria-label", meaning);
  else element.removeAttribute("aria-label");
  element.setAttribute("role", "img");
}
