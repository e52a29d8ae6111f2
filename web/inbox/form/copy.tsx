/** Something to carry elsewhere by the clipboard, and a word when it is there. */
import { Icon } from "@inbox/icon";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { Check, Copy } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import style from "./copy.module.css";

const SAID_FOR_MS = 2500;

interface ButtonProps {
  text: string;
  /** What is copied, for whoever cannot see what the button stands beside. */
  what: string;
  onCopied?(): void;
}

export function CopyButton({ text, what, onCopied }: ButtonProps) {
  const outcome = useSignal<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome.value === null) return;
    const timer = setTimeout(() => {
      outcome.value = null;
    }, SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = "copied";
      onCopied?.();
    } catch {
      // No permission, or not a secure page: the text stands there, to be selected.
      outcome.value = "refused";
    }
  };
  return (
    <>
      <button type="button" class={style.copy} onClick={copy} aria-label={say("form.copy", { what })}>
        <Icon node={outcome.value === "copied" ? Check : Copy} size={18} />
        <span aria-hidden="true">{say(outcome.value === "copied" ? "form.copied.short" : "form.copy.short")}</span>
      </button>
      <span class="spoken" role="status">
        {outcome.value === "copied" && say("form.copied", { what })}
        {outcome.value === "refused" && say("form.copy.refused")}
      </span>
    </>
  );
}

interface LineProps {
  label: string;
  text: string;
  hint?: ComponentChildren;
  onCopied?(): void;
}

/** A line to be copied as it is; it can be selected by hand as well. */
export function CopyLine({ label, text, hint, onCopied }: LineProps) {
  const id = useId();
  return (
    <div class={style.block}>
      <label class={style.label} for={id}>
        {label}
      </label>
      <div class={style.line}>
        <input
          id={id}
          class={style.text}
          dir="ltr"
          readOnly
          value={text}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={text} what={label} {...(onCopied && { onCopied })} />
      </div>
      {hint !== undefined && (
        <p id={`${id}-hint`} class={style.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
