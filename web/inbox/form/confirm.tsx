/** Asks before something that cannot be taken back. */
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import { Button } from "./button";
import { Buttons, Modal } from "./modal";
import { Trouble } from "./trouble";

interface Props {
  title: string;
  children: ComponentChildren;
  /** Something to fill in before it can be done. */
  proof?: ComponentChildren;
  /** Whether that is filled in. */
  ready?: boolean;
  /** The word on the button that does it. */
  act: string;
  busy: boolean;
  trouble: unknown;
  onAct(): void;
  onClose(): void;
}

export function Confirm({ title, children, proof, ready = true, act, busy, trouble, onAct, onClose }: Props) {
  return (
    <Modal title={title} alert words={children} onEscape={busy ? undefined : onClose}>
      {proof}
      <Trouble of={trouble} />
      <Buttons>
        {/* First in order: the safe answer is where the focus starts. */}
        <Button kind="quiet" onPress={onClose}>
          {say("form.cancel")}
        </Button>
        <Button kind="danger" busy={busy} disabled={!ready} onPress={onAct}>
          {act}
        </Button>
      </Buttons>
    </Modal>
  );
}
