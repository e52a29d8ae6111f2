/** The phone on the desk: its owner, signal and receipts, the reply window as Graph counts it. */

import { ask, customer } from "./admin.js";
import { drawBubbles } from "./bubbles.js";
import { at, isOn, say, turn } from "./elements.js";
import { draws, now, soon, state } from "./state.js";
import { hour, span } from "./wording.js";

const TYPING_MS = 25_000; // as long as WhatsApp shows it
const TICK_MS = 1_000;
const CLOSED_BY_H = 24;

export function showPhone() {
  for (const field of ["online", "reads"]) {
    const lever = at(field);
    lever.addEventListener("click", async () => {
      turn(lever, !isOn(lever));
      await ask("PATCH", customer(state.selected), { [field]: isOn(lever) });
      soon("phone");
      soon("customers");
    });
  }
  at("script").addEventListener("click", async () => {
    await ask("POST", customer(state.selected, isPlaying() ? "stop" : "play"));
    soon("overview");
  });
  at("age").addEventListener("click", () =>
    ask("POST", customer(state.selected, "age"), { hours: CLOSED_BY_H, number_id: state.numberId }),
  );
  draws(draw);
  setInterval(tick, TICK_MS);
}

const isPlaying = () => Boolean(state.overview?.playing.includes(state.selected));

function draw() {
  const phone = state.phone;
  const owner = phone?.customer ?? state.customers.find((one) => one.id === state.selected);
  if (!owner) return;
  say(at("owner"), owner.name);
  say(at("about"), owner.about || (owner.phone ? `+${owner.phone}` : `@${owner.username ?? owner.id}`));
  turn(at("online"), owner.online);
  turn(at("reads"), owner.reads);
  const script = at("script");
  script.hidden = !owner.has_script;
  say(script, isPlaying() ? "Stop the script" : "Play the script");
  say(at("signal"), owner.online ? "▂▄▆█" : "no signal");
  at("signal").setAttribute("aria-label", owner.online ? "has signal" : "no signal");
  const device = at("bubbles").parentElement;
  device?.classList.toggle("off", !owner.online);
  if (phone) say(at("peer"), phone.number.verified_name);
  drawBubbles();
  tick();
}

/** What changes by itself. */
function tick() {
  say(at("device-hour"), hour(now()));
  const began = state.typing.get(state.selected);
  const isTyping = began !== undefined && Date.now() - began < TYPING_MS;
  say(at("peer-state"), isTyping ? "typing…" : state.phone ? `+${state.phone.number.display_number}` : "");
  const closes = state.phone?.window.closes_at;
  const left = closes ? closes - now() : 0;
  say(at("window-state"), left > 0 ? "Graph’s reply window is open" : "Graph’s reply window is closed");
  say(
    at("window-left"),
    left > 0
      ? `for ${span(left)}, until ${hour(closes)}`
      : closes
        ? `since ${hour(closes)}: free text is refused with 131047`
        : "they have never written",
  );
  at("age").hidden = left <= 0;
}
