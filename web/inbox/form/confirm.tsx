/** Asks before something that cannot be taken back; the focus stays inside and goes back to where it came from. */
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button";
import style from "./confirm.module.css";
import { Trouble } from "./trouble";

interface Props {
  title: string;
  children: ComponentChildren;
  /** The word on the button that does it. */
  act: string;
  busy: boolean;
  trouble: unknown;
  onAct(): void;
  onClose(): void;
}

export function Confirm({ title, children, act, busy, trouble, onAct, onClose }: Props) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    const heading = opener?.closest("section")?.querySelector("h3");
    dialog.current?.showModal();
    // It is gone by then, and with it what the browser knew; what was asked about may be gone, too.
    return () => {
      const places = [opener, heading, document.querySelector("main h2")];
      const place = places.find((one) => one instanceof HTMLElement && one.isConnected);
      if (place instanceof HTMLElement) place.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={style.confirm}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (!busy) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={`${id}-title`} class={style.title}>
        {title}
      </h2>
      <div id={`${id}-words`} class={style.words}>
        {children}
      </div>
      <Trouble of={trouble} />
      <div class={style.buttons}>
        {/* First in order: the safe answer is where the focus starts. */}
        <Button kind="quiet" onPress={onClose}>
          {say("form.cancel")}
        </Button>
        <Button kind="danger" busy={busy} onPress={onAct}>
          {act}
        </Button>
      </div>
    </dialog>
  );
}
