/** Where a name or a number is looked for; `/` leads here from anywhere outside a text. */
import { Icon } from "@inbox/icon";
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import style from "./searchbox.module.css";

const LENGTH_MAX = 100; // the server takes no longer one

export function SearchBox({ typed, onDown }: { typed: Signal<string>; onDown(): void }) {
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const slash = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || inText(event.target)) return;
      if (field.current?.closest("[inert]")) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", slash);
    return () => document.removeEventListener("keydown", slash);
  }, []);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape" && typed.peek()) typed.value = "";
    else if (event.key === "Escape") field.current?.blur();
    else if (event.key === "ArrowDown") onDown();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <search class={style.box}>
      <span class={style.glass}>
        <Icon name="search" size={18} />
      </span>
      <input
        ref={field}
        class={style.field}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        spellcheck={false}
        dir="auto"
        maxLength={LENGTH_MAX}
        value={typed}
        placeholder={say("search.placeholder")}
        aria-label={say("search.placeholder")}
        aria-keyshortcuts="/"
        title={say("search.title")}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {typed.value !== "" && (
        <IconButton
          icon="close"
          label={say("search.clear")}
          class={style.clear}
          onClick={() => {
            typed.value = "";
            field.current?.focus();
          }}
        />
      )}
    </search>
  );
}

function inText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
