/** One field of a form: its label, what it is for, what is wrong with it, all tied to the input for every reader. */
import { say } from "@inbox/speech";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import style from "./field.module.css";

/** What the input needs to carry so that label, hint and error belong to it. */
export interface Ties {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
  "aria-required": boolean | undefined;
}

/** Something said below a field; an `error` is spoken at once, a `warning` when the field is read. */
export interface Remark {
  level: "error" | "warning";
  text: string;
}

export interface FieldFrame {
  label: string;
  hint?: ComponentChildren;
  optional?: boolean;
  required?: boolean;
  remark?: Remark | null;
  /** What the server or Meta said about this field; it counts as an error. */
  refusal?: ComponentChildren;
}

interface Props extends FieldFrame {
  children: (ties: Ties) => JSX.Element;
}

export function Field({ label, hint, optional, required, remark, refusal, children }: Props) {
  const id = useId();
  const parts = [
    hint !== undefined && `${id}-hint`,
    remark && `${id}-remark`,
    refusal !== undefined && refusal !== null && `${id}-refusal`,
  ].filter((part) => typeof part === "string");
  const wrong = remark?.level === "error" || (refusal !== undefined && refusal !== null);
  return (
    <div class={style.field}>
      <label class={style.label} for={id}>
        {label}
        {optional && <span class={style.optional}> {say("form.optional")}</span>}
      </label>
      {children({
        id,
        "aria-describedby": parts.length > 0 ? parts.join(" ") : undefined,
        "aria-invalid": wrong || undefined,
        "aria-required": required || undefined,
      })}
      {remark && (
        <p
          id={`${id}-remark`}
          class={remark.level === "error" ? style.error : style.warning}
          role={remark.level === "error" ? "alert" : undefined}
        >
          {remark.text}
        </p>
      )}
      {refusal !== undefined && refusal !== null && <div id={`${id}-refusal`}>{refusal}</div>}
      {hint !== undefined && (
        <p id={`${id}-hint`} class={style.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
