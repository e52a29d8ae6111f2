/** A dialog: what is behind it is out of reach until it is closed, and then has the focus back. */
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useDesk } from "./desk";
import style from "./dialog.module.css";

export function Dialog({ title, children }: { title: string; children: ComponentChildren }) {
  const desk = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element || element.open) return;
    if (element.showModal) element.showModal();
    else element.setAttribute("open", "");
    return () => element.close?.();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={style.dialog}
      aria-labelledby="thread-dialog"
      onCancel={(event) => {
        event.preventDefault();
        desk.close();
      }}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => event.target === dialog.current && desk.close()}
    >
      <div class={style.inside}>
        <header class={style.header}>
          <h2 id="thread-dialog">{title}</h2>
          <IconButton icon="close" label={say("thread.close_dialog")} onClick={() => desk.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
