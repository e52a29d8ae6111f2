/** About: the keys, what this browser keeps, and the way out. */
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Confirm } from "@inbox/form/confirm";
import { Section } from "@inbox/form/section";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import style from "./page.module.css";

/** Key by key, and the phrase that says what they do; names of keys are phrases where they are words. */
const KEYS: readonly (readonly [keys: readonly string[], phrase: string])[] = [
  [["key.enter"], "about.keys.send"],
  [["key.shift", "key.enter"], "about.keys.line"],
  [["/"], "about.keys.search"],
  [["↑", "↓"], "about.keys.move"],
  [["↑"], "about.keys.messages"],
  [["R"], "about.keys.reply"],
  [["E"], "about.keys.react"],
  [["?"], "about.keys.all"],
  [["key.escape"], "about.keys.close"],
];

export function About() {
  const inbox = useInbox();
  const asking = useSignal(false);
  const leaving = useAttempt();
  return (
    <>
      <Section title={say("about.keys")}>
        <dl class={style.keys}>
          {KEYS.map(([keys, phrase]) => (
            <>
              <dt>{say(phrase)}</dt>
              <dd>
                {keys.map((key, place) => (
                  <>
                    {place > 0 && " "}
                    <kbd>{key.startsWith("key.") ? say(key) : key}</kbd>
                  </>
                ))}
              </dd>
            </>
          ))}
        </dl>
      </Section>
      <Section title={say("about.stored")}>
        <p class={style.about}>{say("about.stored.words")}</p>
        <p class={style.about}>{say("about.stored.never")}</p>
        <p class={style.about}>{say("signin.server", { server: new URL(inbox.environment.origin).host })}</p>
      </Section>
      <Section title={say("about.sign_out")} words={say("about.sign_out.words")}>
        <div>
          <Button
            kind="danger"
            onPress={() => {
              asking.value = true;
            }}
          >
            {say("about.sign_out")}
          </Button>
        </div>
      </Section>
      {asking.value && (
        <Confirm
          title={say("about.sign_out.sure")}
          act={say("about.sign_out")}
          busy={leaving.busy.value}
          trouble={leaving.trouble.value}
          onAct={() => void leaving.run(() => inbox.signOut())}
          onClose={() => {
            asking.value = false;
            leaving.forget();
          }}
        >
          <p>{say("about.sign_out.effect")}</p>
        </Confirm>
      )}
    </>
  );
}
