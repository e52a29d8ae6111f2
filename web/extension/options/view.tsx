/** The options: where the server is, the key, the side of the icon, and what is told on the desktop. */
import { Button } from "@inbox/form/button";
import { Choices } from "@inbox/form/choices";
import { Notice } from "@inbox/form/notice";
import { Section } from "@inbox/form/section";
import { Switch } from "@inbox/form/switch";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { barSide, changeSettings, type Settings, type Tell } from "../settings";
import { allowNotifications, openShortcuts, presentKey, steps } from "./browser";
import { Server } from "./server";
import style from "./view.module.css";

export function OptionsView({ first }: { first: Settings }) {
  const settings = useSignal(first);
  const change = async (next: Partial<Settings>) => {
    settings.value = await changeSettings(chrome.storage.local, next);
  };
  const { origin, side, key, tell } = settings.value;
  const bar = barSide();
  return (
    <main class={style.page}>
      <header class={style.header}>
        <img class={style.sign} src="/icon/128.png" alt="" width="48" height="48" />
        <div>
          <h1 class={style.title}>{say("options.title")}</h1>
          <p class={style.about}>{say("options.words")}</p>
        </div>
      </header>
      <div class={style.sections}>
        <h2 class="spoken">{say("options.all")}</h2>
        <Section title={say("options.server")} words={say("options.server.words")}>
          <Server present={origin} steps={steps} onKept={(kept) => void change({ origin: kept })} />
        </Section>
        <Section title={say("options.key")} words={say("options.key.words")}>
          <Key on={key} onChange={(on) => void change({ key: on })} />
        </Section>
        <Section title={say("options.side")}>
          <Choices
            name="side"
            label={say("options.side")}
            chosen={side ?? bar}
            choices={(["left", "right"] as const).map((value) => ({
              value,
              words: say(value === bar ? `options.side.${value}.bar` : `options.side.${value}`),
            }))}
            onChoose={(value) => void change({ side: value })}
          />
        </Section>
        <Section title={say("options.tell")} words={say("options.tell.words")}>
          <Telling tell={tell} onChoose={(value) => void change({ tell: value })} />
        </Section>
      </div>
    </main>
  );
}

function Key({ on, onChange }: { on: boolean; onChange(on: boolean): void }) {
  const present = useSignal("");
  const byHand = useSignal(false);
  useEffect(() => {
    const read = () => void presentKey().then((key) => (present.value = key));
    read();
    // It may have been changed on the browser's page meanwhile.
    addEventListener("focus", read);
    return () => removeEventListener("focus", read);
  }, [present]);
  const hint = present.value === "" ? say("options.key.none") : say("options.key.present", { key: present.value });
  return (
    <div class={style.stack}>
      <Switch label={say("options.key.on")} hint={hint} on={on} onChange={onChange} />
      <div class={style.buttons}>
        <Button onPress={() => void openShortcuts().then((opened) => (byHand.value = !opened))}>
          {say("options.key.change")}
        </Button>
      </div>
      {byHand.value && (
        <Notice kind="note">
          <p role="status">{say("options.key.byHand")}</p>
        </Notice>
      )}
    </div>
  );
}

function Telling({ tell, onChoose }: { tell: Tell; onChoose(tell: Tell): void }) {
  const refused = useSignal(false);
  const choose = async (value: Tell) => {
    refused.value = value !== "nothing" && !(await allowNotifications());
    onChoose(refused.value ? "nothing" : value);
  };
  return (
    <div class={style.stack}>
      <Choices
        name="tell"
        label={say("options.tell")}
        chosen={tell}
        choices={[
          { value: "nothing", words: say("options.tell.nothing") },
          { value: "name", words: say("options.tell.name") },
          { value: "text", words: say("options.tell.text") },
        ]}
        onChoose={(value) => void choose(value)}
      />
      {refused.value && (
        <Notice kind="warning">
          <p role="status">{say("options.tell.refused")}</p>
        </Notice>
      )}
    </div>
  );
}
