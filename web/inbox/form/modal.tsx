/** A dialog over everything: the focus stays inside, and goes back to where it came from. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import style from "./modal.module.css";

interface Props {
  title: string;
  /** An alert asks something; a plain one tells. */
  alert?: boolean;
  /** What describes it. */
  words: ComponentChildren;
  children: ComponentChildren;
  /** Not while something is under way. */
  onEscape?: (() => void) | undefined;
}

export function Modal({ title, alert = false, words, children, onEscape }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    const heading = opener?.closest("section")?.querySelector("h3");
    dialog.current?.showModal();
    // It is gone by then, and with it what the browser knew; what was asked about may be gone, too.
    return () => {
      const places = [opener, heading, document.querySelector("main h2"), document.querySelector("button")];
      const place = places.find((one) => one instanceof HTMLElement && one !== document.body && one.isConnected);
      if (place instanceof HTMLElement) place.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={style.modal}
      role={alert ? "alertdialog" : undefined}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onEscape?.();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={`${id}-title`} class={style.title}>
        {title}
      </h2>
      <div id={`${id}-words`} class={style.words}>
        {words}
      </div>
      {children}
    </dialog>
  );
}

/** What can be pressed, at the end of it. */
export function Buttons({ children }: { children: ComponentChildren }) {
  return <div class={style.buttons}>{children}</div>;
}
