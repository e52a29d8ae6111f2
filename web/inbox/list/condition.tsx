/** How the list is kept up to date right now, said in words. */
import type { OpenNumber } from "@core/opennumber";
import { useFrame } from "@inbox/context";
import { daysBetween, formatTime, formatWhen, say } from "@inbox/speech";
import style from "./condition.module.css";

export function ConditionLine({ number }: { number: OpenNumber }) {
  const condition = number.condition.value;
  return (
    <span class={style.condition}>
      <span class={`${style.dot} ${style[condition]}`} />
      {conditionWords(condition, number.refreshed_at.value, useFrame().now.value)}
    </span>
  );
}

function conditionWords(condition: OpenNumber["condition"]["value"], at_ms: number | null, now_ms: number): string {
  if (condition === "live" || condition === "catching_up") return say(`condition.${condition}`);
  if (at_ms === null) return say(`condition.${condition}Never`);
  const sameDay = daysBetween(at_ms, now_ms) <= 0;
  return say(`condition.${condition}`, { at: sameDay ? formatTime(at_ms) : formatWhen(at_ms, now_ms) });
}
