/** Something that is on or off, in force as soon as it is pressed. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import style from "./switch.module.css";

interface Props {
  label: string;
  hint?: ComponentChildren;
  on: boolean;
  busy?: boolean;
  onChange(on: boolean): void;
}

export function Switch({ label, hint, on, busy, onChange }: Props) {
  const id = useId();
  return (
    <div class={style.row}>
      <div class={style.words}>
        <label class={style.label} for={id}>
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} class={style.hint}>
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox tells by itself whether it is checked
        role="switch"
        class={style.switch}
        checked={on}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        aria-busy={busy || undefined}
        onClick={(event) => {
          // The switch shows what is in force, not what is hoped for.
          event.preventDefault();
          if (!busy) onChange(!on);
        }}
      />
    </div>
  );
}
