/** How long free text may still be sent, to the second, by the server's clock; at zero it says what is left to do. */
import { countdown, windowLeft } from "@core/window";
import { useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "./desk";
import style from "./windowbanner.module.css";

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

export function WindowBanner() {
  const { time, environment } = useInbox();
  const { thread } = useDesk();
  const now = useSignal(time.now());
  const visible = environment.visible.value;
  const conversation = thread.conversation.value;
  const expires = conversation?.window_expires_at;

  // Every second, not when the words change: a timer that slept with the machine wakes up a second late, not a minute.
  useEffect(() => {
    if (!visible) return;
    let stop = () => {};
    const beat = () => {
      now.value = time.now();
      const { open, left_ms } = windowLeft(expires ? { window_expires_at: expires } : {}, now.value);
      if (open) stop = environment.clock.after((left_ms % SECOND_MS) + 1, beat);
    };
    beat();
    return () => stop();
  }, [visible, expires]);

  if (!conversation) return null;
  const { open, left_ms } = windowLeft(conversation, now.value);
  const soon = left_ms < HOUR_MS;
  return (
    <div class={`${style.banner} ${open ? (soon ? style.soon : "") : style.closed}`}>
      <p>{open ? say(soon ? "window.left_minutes" : "window.left_hours", { ...countdown(left_ms) }) : closed()}</p>
      {/* Only the turn is read aloud, never the countdown. */}
      <p class="spoken" role="status">
        {open ? "" : closed()}
      </p>
    </div>
  );
}

function closed() {
  return say("window.closed");
}
