/** A secret the server holds and never gives back: its fingerprint, and the way to put another in its place. */
import type { InboxNumber } from "@core/chat";
import { Button } from "@inbox/form/button";
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import style from "./stored.module.css";

interface Props {
  label: string;
  secret: InboxNumber["access_token"];
  replacing: boolean;
  onReplace(): void;
  onKeep(): void;
  /** Present where there may be none. */
  onRemove?(): void;
  /** The field, while it is being replaced. */
  children: ComponentChildren;
}

export function Stored({ label, secret, replacing, onReplace, onKeep, onRemove, children }: Props) {
  const id = useId();
  const whole = useRef<HTMLDivElement>(null);
  const before = useRef(replacing);
  useEffect(() => {
    // The button that was pressed is gone: the focus goes on to what came instead.
    if (before.current !== replacing) whole.current?.querySelector<HTMLElement>("input, button")?.focus();
    before.current = replacing;
  }, [replacing]);
  if (!replacing) {
    return (
      <div ref={whole} class={style.stored}>
        <span class={style.label} id={id}>
          {label}
        </span>
        <span class={style.line}>
          <span class={style.print} dir="ltr">
            {secret.set ? `•••••• ${secret.fingerprint ?? ""}` : say("stored.none")}
          </span>
          <span class={style.buttons}>
            <Button
              label={say(secret.set ? "stored.replace.of" : "stored.add.of", { field: label })}
              onPress={onReplace}
            >
              {say(secret.set ? "stored.replace" : "stored.add")}
            </Button>
            {secret.set && onRemove && (
              <Button kind="danger" label={say("stored.remove.of", { field: label })} onPress={onRemove}>
                {say("stored.remove")}
              </Button>
            )}
          </span>
        </span>
      </div>
    );
  }
  return (
    <div ref={whole} class={style.stored}>
      {children}
      {secret.set && (
        <div>
          <Button label={say("stored.keep.of", { field: label })} onPress={onKeep}>
            {say("stored.keep")}
          </Button>
        </div>
      )}
    </div>
  );
}
