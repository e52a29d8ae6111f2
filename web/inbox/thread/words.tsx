/** The words of a message as they are shown: formatting, and links that are safe to follow. */
import { pieces } from "@core/links";
import type { Mark } from "@core/marks";
import type { ComponentChildren } from "preact";
import style from "./bubble.module.css";

const TAGS: Record<Mark, "strong" | "em" | "s" | "code"> = {
  bold: "strong",
  italic: "em",
  strike: "s",
  code: "code",
  mono: "code",
};

/** `reachable` while its message is the one the arrow keys are at: links of all others are not in the tab order. */
export function Words({ body, reachable }: { body: string; reachable: boolean }) {
  return (
    <>
      {pieces(body).map(({ text, marks, link }, at) => {
        const inside = marks.reduceRight<ComponentChildren>((drawn, mark) => {
          const Tag = TAGS[mark];
          return <Tag class={mark === "mono" ? style.mono : undefined}>{drawn}</Tag>;
        }, text);
        if (!link) return typeof inside === "string" ? inside : <span key={at}>{inside}</span>;
        return (
          <a key={at} href={link} target="_blank" rel="noopener noreferrer nofollow" tabIndex={reachable ? 0 : -1}>
            {inside}
          </a>
        );
      })}
    </>
  );
}
