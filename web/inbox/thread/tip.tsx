/** When each step of a message was, beside its time and tick. */
import { formatDateTime, say } from "@inbox/speech";
import { useRef } from "preact/hooks";
import { TIP_ID } from "./beside";
import { usePlaced } from "./box";
import type { Tip as TipAt } from "./desk";
import { steps } from "./steps";
import style from "./tip.module.css";

export function Tip({ tip }: { tip: TipAt }) {
  const box = useRef<HTMLDivElement>(null);
  usePlaced(box, tip.beside);
  const known = steps(tip.message);
  return (
    <div ref={box} id={TIP_ID} role="tooltip" popover="manual" class={style.tip}>
      {known.length === 0 && <p>{formatDateTime(Date.parse(tip.message.sent_at))}</p>}
      {known.map((step) => (
        <p key={step.name}>
          <span>{say(`step.${step.name}`)}</span> <time>{formatDateTime(step.at_ms)}</time>
        </p>
      ))}
    </div>
  );
}
