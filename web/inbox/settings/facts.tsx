/** A few things that are known, each with its name; what is not known is left out. */
import style from "./facts.module.css";

export function Facts({ rows }: { rows: readonly (readonly [name: string, value: string | null | undefined])[] }) {
  return (
    <dl class={style.facts}>
      {rows.map(
        ([name, value]) =>
          value && (
            <div key={name} class={style.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
