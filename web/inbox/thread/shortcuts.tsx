/** Which keys do what in a conversation. */
import { say } from "@inbox/speech";
import { Dialog } from "./dialog";
import style from "./dialog.module.css";
import { SHORTCUTS } from "./keys";

export function Shortcuts() {
  return (
    <Dialog title={say("thread.shortcuts")}>
      <Keys title="keys.composer" shown={COMPOSER} />
      <Keys title="keys.messages" shown={SHORTCUTS} />
    </Dialog>
  );
}

const COMPOSER = [
  ["Enter", "keys.send"],
  ["Shift Enter", "keys.new_line"],
  ["↑", "keys.to_messages"],
  ["Esc", "keys.cancel_reply"],
] as const;

function Keys({ title, shown }: { title: string; shown: readonly (readonly [keys: string, words: string])[] }) {
  return (
    <section class={style.part}>
      <h3>{say(title)}</h3>
      <dl class={style.table}>
        {shown.map(([keys, words]) => (
          <>
            <dt key={`${words} keys`}>
              {keys.split(" ").map((key, at) => (
                <>
                  {at > 0 && " "}
                  <kbd key={key}>{key}</kbd>
                </>
              ))}
            </dt>
            <dd key={words}>{say(words)}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
