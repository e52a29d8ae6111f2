/** A few words in a box: why something is so, or what went wrong. */
import { Icon } from "@inbox/icon";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide";
import type { ComponentChildren } from "preact";
import style from "./notice.module.css";

interface Props {
  kind: "note" | "good" | "warning" | "error";
  title?: string;
  calm?: boolean;
  children?: ComponentChildren;
}

const ICONS = { note: Info, good: CircleCheck, warning: TriangleAlert, error: CircleAlert };

export function Notice({ kind, title, calm, children }: Props) {
  return (
    <div class={`${style.notice} ${style[kind]}`} role={kind === "error" && !calm ? "alert" : undefined}>
      <Icon node={ICONS[kind]} size={20} />
      <div class={style.words}>
        {title !== undefined && <p class={style.title}>{title}</p>}
        {children}
      </div>
    </div>
  );
}
