/** A line of text somebody types or pastes. */
import type { ComponentChildren, Ref } from "preact";
import { Field, type FieldFrame } from "./field";
import style from "./field.module.css";
import { afterPress } from "./press";

export interface TextFieldProps extends FieldFrame {
  value: string;
  /** Every keystroke. */
  onType(value: string): void;
  /** Left or pasted into: now it may be judged. */
  onDone?(): void;
  inputRef?: Ref<HTMLInputElement>;
  inputMode?: "text" | "numeric";
  autocomplete?: string;
  placeholder?: string;
  readOnly?: boolean;
  /** Ids, tokens and addresses, where every letter counts. */
  exact?: boolean;
  lengthMax?: number;
  /** Buttons at the end of the line. */
  after?: ComponentChildren;
}

export function TextField(props: TextFieldProps) {
  return (
    <Field {...props}>
      {(ties) => (
        <div class={style.line}>
          <input
            {...ties}
            ref={props.inputRef ?? null}
            class={props.exact ? `${style.input} ${style.exact}` : style.input}
            type="text"
            dir={props.exact ? "ltr" : "auto"}
            value={props.value}
            inputMode={props.inputMode ?? "text"}
            autocomplete={props.autocomplete ?? "off"}
            autocapitalize={props.exact ? "off" : "sentences"}
            spellcheck={false}
            placeholder={props.placeholder ?? ""}
            readOnly={props.readOnly ?? false}
            maxLength={props.lengthMax ?? 1024}
            onInput={(event) => props.onType(event.currentTarget.value)}
            onBlur={() => afterPress(() => props.onDone?.())}
            onPaste={() => queueMicrotask(() => props.onDone?.())}
          />
          {props.after}
        </div>
      )}
    </Field>
  );
}
