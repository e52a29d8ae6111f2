/** One of a few, in force as soon as it is chosen. */
import style from "./view.module.css";

interface Props<T extends string> {
  label: string;
  name: string;
  chosen: T;
  choices: readonly { value: T; words: string; hint?: string }[];
  onChoose(value: T): void;
}

export function Choices<T extends string>({ label, name, chosen, choices, onChoose }: Props<T>) {
  return (
    <div class={style.choices} role="radiogroup" aria-label={label}>
      {choices.map(({ value, words }) => (
        <label key={value} class={style.choice}>
          <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
          <span>{words}</span>
        </label>
      ))}
    </div>
  );
}
