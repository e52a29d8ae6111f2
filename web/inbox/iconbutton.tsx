/** A round button with an icon and a name that is read aloud and shown on hover. */
import type { ComponentChildren, Ref } from "preact";
import { Icon, type IconName } from "./icon";
import style from "./iconbutton.module.css";

interface Props {
  icon: IconName;
  label: string;
  onClick(): void;
  /** Turns while something it began is under way. */
  busy?: boolean;
  class?: string | undefined;
  expanded?: boolean;
  buttonRef?: Ref<HTMLButtonElement>;
  children?: ComponentChildren;
}

export function IconButton({ icon, label, onClick, busy = false, class: more, expanded, buttonRef, children }: Props) {
  return (
    <button
      type="button"
      class={`${style.button} ${more ?? ""}`}
      aria-label={label}
      title={label}
      aria-busy={busy}
      aria-expanded={expanded}
      onClick={onClick}
      ref={buttonRef ?? null}
    >
      <span class={busy ? style.turning : style.still}>
        <Icon name={icon} size={22} />
      </span>
      {children}
    </button>
  );
}
