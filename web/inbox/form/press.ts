/** Waits for a press to end: what appears below a field on leaving it must not move the button being pressed. */

let pressed = false;

addEventListener(
  "pointerdown",
  () => {
    pressed = true;
  },
  true,
);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(
    end,
    () => {
      pressed = false;
    },
    true,
  );
}

/** At once, or where a pointer is down, after the click that it may become. */
export function afterPress(call: () => void): void {
  if (!pressed) {
    call();
    return;
  }
  const ended = () => {
    removeEventListener("pointerup", ended, true);
    removeEventListener("pointercancel", ended, true);
    setTimeout(call, 0);
  };
  addEventListener("pointerup", ended, true);
  addEventListener("pointercancel", ended, true);
}
