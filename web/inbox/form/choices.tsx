/** One of a few, in force as soon as it is chosen. */
import style from "./choices.module.css";

interface Props<T extends string | null> {
  label: string;
  name: string;
  chosen: T;
  choices: readonly { value: T; words: string; lang?: string }[];
  onChoose(value: T): void;
}

export function Choices<T extends string | null>({ label, name, chosen, choices, onChoose }: Props<T>) {
  return (
    <div class={style.choices} role="radiogroup" aria-label={label}>
      {choices.map(({ value, words, lang }) => (
        <label key={value} class={style.choice} lang={lang}>
          <input type="radio" name={name} checked={chosen === value} onChange={() => onChoose(value)} />
          <span>{words}</span>
        </label>
      ))}
    </div>
  );
}
