/** A page that stands alone, before there is an inbox: one card in the middle, as tall as it needs to be. */
import { useFrame } from "@inbox/context";
import { Icon } from "@inbox/icon";
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import type { ComponentChildren } from "preact";
import style from "./sheet.module.css";

interface Props {
  title: string;
  words?: ComponentChildren;
  children: ComponentChildren;
  /** Small print below the card. */
  below?: ComponentChildren;
  broad?: boolean;
}

export function Sheet({ title, words, children, below, broad }: Props) {
  const frame = useFrame();
  return (
    <main class={style.ground}>
      {frame.close && (
        <div class={style.close}>
          <IconButton icon="close" label={say("form.close")} onClick={frame.close} />
        </div>
      )}
      <div class={broad ? `${style.column} ${style.broad}` : style.column}>
        <div class={style.card}>
          <header class={style.head}>
            <span class={style.mark}>
              <Icon name="chats" size={28} />
            </span>
            <h1 class={style.title}>{title}</h1>
            {words !== undefined && <p class={style.words}>{words}</p>}
          </header>
          {children}
        </div>
        {below !== undefined && <footer class={style.below}>{below}</footer>}
      </div>
    </main>
  );
}
