/** A secret somebody pastes: hidden unless they ask to see it, and offered to no password store. */
import { Icon } from "@inbox/icon";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { Eye, EyeOff } from "lucide";
import type { Ref } from "preact";
import { Field, type FieldFrame } from "./field";
import style from "./field.module.css";
import { afterPress } from "./press";

export interface SecretFieldProps extends FieldFrame {
  value: string;
  onType(value: string): void;
  onDone?(): void;
  inputRef?: Ref<HTMLInputElement>;
  lengthMax?: number;
}

export function SecretField(props: SecretFieldProps) {
  const shown = useSignal(false);
  return (
    <Field {...props}>
      {(ties) => (
        <div class={style.line}>
          <input
            {...ties}
            ref={props.inputRef ?? null}
            class={`${style.input} ${style.exact}`}
            {...(shown.value ? ({ type: "text" } as const) : ({ type: "password" } as const))}
            dir="ltr"
            value={props.value}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxLength={props.lengthMax ?? 2048}
            // Password stores that ignore `autocomplete` listen to these.
            data-1p-ignore=""
            data-lpignore="true"
            data-bwignore=""
            onInput={(event) => props.onType(event.currentTarget.value)}
            onBlur={() => afterPress(() => props.onDone?.())}
            onPaste={() => queueMicrotask(() => props.onDone?.())}
          />
          <button
            type="button"
            class={style.inside}
            aria-label={say(shown.value ? "form.hide" : "form.show", { field: props.label })}
            aria-pressed={shown.value}
            onClick={() => {
              shown.value = !shown.value;
            }}
          >
            <Icon node={shown.value ? EyeOff : Eye} size={20} />
          </button>
        </div>
      )}
    </Field>
  );
}
