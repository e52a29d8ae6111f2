/** A view that is fetched when it is first needed, with its words; without a network it says so and tries again. */
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import style from "./later.module.css";
import { say } from "./speech";

export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let View: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const shown = useSignal(View !== null);
    const failed = useSignal(false);
    const attempt = useSignal(0);
    const round = attempt.value;

    useEffect(() => {
      if (View) return;
      let gone = false;
      load().then(
        (loaded) => {
          View = loaded;
          if (!gone) shown.value = true;
        },
        () => {
          if (!gone) failed.value = true;
        },
      );
      return () => {
        gone = true;
      };
    }, [round]);

    if (shown.value && View) return <View {...props} />;
    if (!failed.value) return <div class={style.waiting} aria-busy="true" />;
    return (
      <div class={style.failed} role="alert">
        <p>{say("later.failed")}</p>
        <button
          type="button"
          class={style.again}
          onClick={() => {
            failed.value = false;
            attempt.value++;
          }}
        >
          {say("later.again")}
        </button>
      </div>
    );
  };
}
