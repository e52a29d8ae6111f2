/** A button that says when it is busy, and takes no second press meanwhile. */
import type { ComponentChildren, Ref } from "preact";
import style from "./button.module.css";

export interface ButtonProps {
  kind?: "primary" | "plain" | "quiet" | "danger";
  type?: "button" | "submit";
  busy?: boolean;
  disabled?: boolean;
  wide?: boolean;
  label?: string;
  describedBy?: string;
  buttonRef?: Ref<HTMLButtonElement>;
  onPress?(): void;
  children: ComponentChildren;
}

export function Button(props: ButtonProps) {
  const kind = props.kind ?? "plain";
  return (
    <button
      ref={props.buttonRef ?? null}
      type={props.type ?? "button"}
      class={`${style.button} ${style[kind]} ${props.wide ? style.wide : ""}`}
      // Not `disabled` while busy: that would throw the focus away.
      disabled={props.disabled ?? false}
      aria-disabled={props.busy || undefined}
      aria-busy={props.busy || undefined}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      onClick={(event) => {
        if (props.busy) event.preventDefault();
        else props.onPress?.();
      }}
    >
      {props.busy && <span class={style.wheel} aria-hidden="true" />}
      <span class={style.words}>{props.children}</span>
    </button>
  );
}
