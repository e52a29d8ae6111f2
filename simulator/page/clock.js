/** The simulator's clock: what it shows, winding it, and somebody new whose message is almost a day old. */

import { ask } from "./admin.js";
import { write } from "./composer.js";
import { at, isOn, say, turn } from "./elements.js";
import { newcomer } from "./people.js";
import { draws, now, select, soon, state } from "./state.js";
import { day, second, span } from "./wording.js";

const TICK_MS = 1_000;

export function showClock() {
  for (const button of at("wind").children) {
    button.addEventListener("click", async () => {
      await ask("POST", "/clock/wind", { hours: Number(button.dataset.hours) });
      soon("overview");
    });
  }
  for (const button of at("late").children) {
    button.addEventListener("click", async () => {
      const id = await newcomer();
      if (!id) return;
      await write(id, { text: "Hello! Are you still open?", hours_ago: Number(button.dataset.hours) });
      select(id);
    });
  }
  at("wound").addEventListener("click", async () => {
    await ask("PATCH", "/tuning", { webhook_time: isOn(at("wound")) ? "real" : "wound" });
    soon("overview");
  });
  draws(draw);
  setInterval(draw, TICK_MS);
}

function draw() {
  const overview = state.overview;
  if (!overview) return;
  say(at("hour"), second(now()));
  say(at("big-hour"), second(now()));
  say(at("big-day"), day(now()));
  const ahead = overview.clock.offset_s;
  at("ahead").hidden = !ahead;
  say(at("ahead"), `${span(ahead)} ahead`);
  turn(at("wound"), overview.tuning.webhook_time === "wound");
}
