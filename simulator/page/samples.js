/** Everything else that a customer can send: other scripts, media, places, answers to buttons, and the unheard-of. */

import { look } from "./admin.js";
import { hoursAgo, write } from "./composer.js";
import { at, el } from "./elements.js";
import { soon, state } from "./state.js";

const TEXTS = [
  "¡Hola! 👋",
  "مساء الخير، هل أنتم مفتوحون؟",
  "שלום, מה שעות הפתיחה (בשישי)?",
  "こんにちは🍞",
  "नमस्ते 🙏",
  "你好，还有面包吗？",
  "Привет!",
  "👩‍👩‍👧‍👦🏳️‍🌈",
  "*bold* _italic_ ~gone~ `code` https://example.com/a?b=c",
];
/** @type {[string, (name: string) => boolean][]} */
const GROUPS = [
  ["Media", (name) => /^(image|video|audio|voice|document|sticker)/.test(name)],
  ["Places, people, orders", (name) => /^(location|contacts|order|product_question)/.test(name)],
  [
    "Answers and references",
    (name) => /(reply|button|reaction|edit|revoke|forwarded|payment_method|from_ad|ephemeral)/.test(name),
  ],
  ["WhatsApp itself", (name) => /^(system|request_welcome|group)/.test(name)],
  ["What no inbox knows", () => true],
];

export async function showSamples() {
  const menu = at("samples");
  menu.append(
    group(
      "Text in other scripts",
      TEXTS.map((text) => choice(text, { text })),
    ),
  );
  // The one of the unsupported that stands for the rest is enough here; the admin API has them all.
  const read = await look("/samples");
  const names = /** @type {string[]} */ (read?.messages ?? []).filter(
    (name) => name !== "text" && (!name.startsWith("unsupported_") || name === "unsupported_poll_creation"),
  );
  const left = new Set(names);
  for (const [title, fits] of GROUPS) {
    const found = [...left].filter(fits);
    for (const name of found) left.delete(name);
    menu.append(
      group(
        title,
        found.map((name) => choice(name.replaceAll("_", " "), { sample: name })),
      ),
    );
  }
}

function group(/** @type {string} */ title, /** @type {HTMLElement[]} */ choices) {
  return el("section", {}, el("h3", { text: title }), el("div", { class: "choices" }, ...choices));
}

function choice(/** @type {string} */ text, /** @type {object} */ message) {
  return el("button", {
    type: "button",
    class: "choice",
    dir: "auto",
    text,
    onclick: async () => {
      at("samples").hidePopover();
      await write(state.selected, { ...message, hours_ago: hoursAgo() });
      soon("phone");
    },
  });
}
