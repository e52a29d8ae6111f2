/** Which number is speaking; with several it is the switch between them. */
import type { InboxNumber } from "@core/chat";
import type { OpenNumber } from "@core/opennumber";
import { useInbox } from "@inbox/context";
import { Icon } from "@inbox/icon";
import { labelOf } from "@inbox/names";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import style from "./numberlabel.module.css";

export function NumberLabel({ number }: { number: OpenNumber }) {
  const inbox = useInbox();
  const label = labelOf(number.number.value);
  if (inbox.numbers.value.length < 2) {
    return (
      <h1 class={style.label} dir="auto" title={number.number.value.verified_name ?? undefined}>
        {label}
      </h1>
    );
  }
  return <NumberSwitch label={label} id={number.id} numbers={inbox.numbers.value} />;
}

function NumberSwitch({ label, id, numbers }: { label: string; id: string; numbers: readonly InboxNumber[] }) {
  const inbox = useInbox();
  const open = useSignal(false);
  const around = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useId();
  const isOpen = open.value;

  useEffect(() => {
    if (!isOpen) return;
    entries(around.current)
      .find((entry) => entry.getAttribute("aria-checked") === "true")
      ?.focus();
    const outside = (event: PointerEvent) => {
      if (!around.current?.contains(event.target as Node)) open.value = false;
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [isOpen, open]);

  function close() {
    open.value = false;
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const all = entries(around.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: -1 };
    const next = steps[event.key];
    if (event.key === "Escape" && open.peek()) close();
    else if (event.key === "Tab") open.value = false;
    else if (next !== undefined && open.peek()) all.at(next % all.length)?.focus();
    else return;
    if (event.key !== "Tab") event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move among the entries within
    <div class={style.around} ref={around} onKeyDown={onKeyDown}>
      <h1 class={style.label}>
        <button
          type="button"
          class={style.button}
          ref={button}
          aria-haspopup="menu"
          aria-expanded={isOpen}
          aria-controls={isOpen ? menu : undefined}
          title={say("numbers.switch")}
          onClick={() => (open.value = !isOpen)}
        >
          <span class={style.text} dir="auto">
            {label}
          </span>
          <Icon name="open" size={18} />
        </button>
      </h1>
      {isOpen && (
        <div class={style.menu} id={menu} role="menu" aria-label={say("numbers.switch")}>
          {numbers.map((one) => (
            <button
              type="button"
              key={one.id}
              role="menuitemradio"
              aria-checked={one.id === id}
              tabIndex={-1}
              class={style.entry}
              onClick={() => {
                inbox.choose(one.id);
                close();
              }}
            >
              <span class={style.mark}>{one.id === id && <Icon name="check" size={18} />}</span>
              <span class={style.words}>
                <span class={style.text} dir="auto">
                  {labelOf(one)}
                </span>
                <span class={style.sub}>{say(`numbers.${one.enabled ? one.state : "off"}`)}</span>
              </span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function entries(around: HTMLElement | null): HTMLElement[] {
  return [...(around?.querySelectorAll<HTMLElement>("[role=menuitemradio]") ?? [])];
}
