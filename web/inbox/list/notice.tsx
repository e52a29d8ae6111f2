/** A short word above the list, with what can be done about it. */
import { Icon } from "@inbox/icon";
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import style from "./notice.module.css";

interface Props {
  tone: "warning" | "danger" | "plain";
  /** Read aloud at once: for what somebody has just tried. */
  alert?: boolean;
  children: ComponentChildren;
  action?: { label: string; busy?: boolean; onClick(): void };
  onDismiss?(): void;
}

export function Notice({ tone, alert = false, children, action, onDismiss }: Props) {
  const whole = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = whole.current;
    const pane = element?.closest("section");
    return () => {
      // Whoever pressed something of it by keyboard goes on in the list once it is gone.
      if (!element?.contains(document.activeElement)) return;
      queueMicrotask(() => {
        (pane?.querySelector<HTMLElement>("[data-contact][tabindex='0']") ?? pane?.querySelector("button"))?.focus();
      });
    };
  }, []);
  return (
    <div ref={whole} class={`${style.notice} ${style[tone]}`} role={alert ? "alert" : undefined}>
      <span class={style.sign}>
        <Icon name={tone === "plain" ? "live" : "alert"} size={20} />
      </span>
      <div class={style.words}>
        <p class={style.said}>{children}</p>
        {action && (
          <button
            type="button"
            class={style.action}
            // Not `disabled`: that would throw the focus away.
            aria-disabled={action.busy || undefined}
            onClick={() => {
              if (!action.busy) action.onClick();
            }}
          >
            {action.label}
          </button>
        )}
      </div>
      {onDismiss && <IconButton icon="close" label={say("notice.dismiss")} class={style.dismiss} onClick={onDismiss} />}
    </div>
  );
}
