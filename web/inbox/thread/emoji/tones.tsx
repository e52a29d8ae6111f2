/** The choice of the tone of skin. */
import { say } from "@inbox/speech";
import style from "./box.module.css";

const HANDS = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

export function Tones({ tone, onChoose }: { tone: number; onChoose(tone: number): void }) {
  return (
    <select
      class={style.tones}
      aria-label={say("emoji.tone")}
      title={say("emoji.tone")}
      value={tone}
      onChange={(event) => onChoose(Number(event.currentTarget.value))}
    >
      {HANDS.map((hand, at) => (
        <option key={hand} value={at}>
          {hand}
        </option>
      ))}
    </select>
  );
}
