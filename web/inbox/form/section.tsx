/** A part of a page of settings: a heading, a sentence, and what belongs to it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import style from "./section.module.css";

interface Props {
  title: string;
  words?: ComponentChildren;
  children?: ComponentChildren;
}

export function Section({ title, words, children }: Props) {
  const id = useId();
  return (
    <section class={style.section} aria-labelledby={id}>
      <h3 id={id} class={style.title} tabIndex={-1}>
        {title}
      </h3>
      {words !== undefined && <p class={style.words}>{words}</p>}
      {children}
    </section>
  );
}
