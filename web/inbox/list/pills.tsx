/** Which conversations the list shows: all, or those that wait. */
import { formatCount, say } from "@inbox/speech";
import type { Signal } from "@preact/signals";
import style from "./pills.module.css";

export type Choice = "all" | "unread";

export function Pills({ choice, unread }: { choice: Signal<Choice>; unread: number }) {
  return (
    <fieldset class={style.pills}>
      <legend class="spoken">{say("filter.legend")}</legend>
      {(["all", "unread"] as const).map((one) => (
        <button
          type="button"
          key={one}
          class={style.pill}
          aria-pressed={choice.value === one}
          onClick={() => (choice.value = one)}
        >
          {say(`filter.${one}`)}
          {one === "unread" && unread > 0 && <span class={style.count}>{formatCount(unread)}</span>}
        </button>
      ))}
    </fieldset>
  );
}
