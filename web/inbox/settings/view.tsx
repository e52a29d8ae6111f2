/** Settings, laid over the inbox: the list of pages beside the page where both fit, one after the other elsewhere. */
import { useInbox } from "@inbox/context";
import { Section } from "@inbox/form/section";
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ConnectView } from "../connect/view";
import { About } from "./about";
import { Devices } from "./devices";
import { Doctor } from "./doctor";
import { Integrations } from "./integrations";
import { Look } from "./look";
import { Navigation, titleOf } from "./navigation";
import { NumberPage } from "./number";
import { firstPlace, type Place } from "./places";
import style from "./view.module.css";

export function SettingsView({ onClose }: { onClose(): void }) {
  const inbox = useInbox();
  const whole = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // null is the list alone; where both fit, the first page stands beside it meanwhile.
  const place = useSignal<Place | null>(null);
  const beside = useRef(firstPlace(inbox.numbers.peek(), inbox.current.peek()?.id)).current;
  const shown = place.value ?? beside;

  // After the frame has noted where the focus came from, so that it can give it back.
  useEffect(() => {
    const turn = requestAnimationFrame(() => whole.current?.querySelector<HTMLElement>("button")?.focus());
    return () => cancelAnimationFrame(turn);
  }, []);

  const go = (next: Place) => {
    place.value = next;
    requestAnimationFrame(() => heading.current?.focus());
  };
  const back = () => {
    place.value = null;
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("[aria-current]")?.focus());
  };
  const alone = () => place.peek() !== null && list.current?.checkVisibility?.() === false;

  // At the window: while one page gives way to another, nothing in here has the focus.
  useEffect(() => {
    const escaped = (event: KeyboardEvent) => {
      const [at, here] = [event.target as Node, whole.current];
      if (event.key !== "Escape" || event.defaultPrevented || !(at === document.body || here?.contains(at))) return;
      event.preventDefault();
      if (alone()) back();
      else onClose();
    };
    addEventListener("keydown", escaped);
    return () => removeEventListener("keydown", escaped);
  });

  return (
    <main ref={whole} class={style.whole} aria-label={say("settings.title")}>
      {/* Of the whole, also while only one of its pages is to be seen. */}
      <h1 class="spoken">{say("settings.title")}</h1>
      <div class={style.panes} data-chosen={place.value !== null}>
        <div class={style.list} ref={list}>
          <header class={style.head}>
            <IconButton icon="back" label={say("settings.close")} onClick={onClose} />
            <p class={style.title} aria-hidden="true">
              {say("settings.title")}
            </p>
          </header>
          <Navigation shown={shown} onGo={go} />
        </div>
        <div class={style.page}>
          <header class={style.head}>
            <IconButton icon="back" label={say("settings.back")} class={style.back} onClick={back} />
            <h2 class={style.title} ref={heading} tabIndex={-1}>
              {titleOf(shown, inbox.numbers.value)}
            </h2>
          </header>
          <div class={style.content}>
            <div class={style.column}>
              <Page place={shown} onGo={go} />
            </div>
          </div>
        </div>
      </div>
    </main>
  );
}

function Page({ place, onGo }: { place: Place; onGo(place: Place): void }) {
  const inbox = useInbox();
  switch (place.page) {
    case "number": {
      const current = inbox.current.value;
      // The feed tells of the open one at once; of the others we hear when the list is asked for again.
      const number =
        current?.id === place.number_id
          ? current.number.value
          : inbox.numbers.value.find((one) => one.id === place.number_id);
      return number ? <NumberPage key={number.id} number={number} onGo={onGo} /> : null;
    }
    case "another":
      return (
        <Section title={say("connect.title")} words={say("connect.words")}>
          <ConnectView onDone={({ id }) => onGo({ page: "number", number_id: id })} />
        </Section>
      );
    case "integrations":
      return <Integrations />;
    case "devices":
      return <Devices />;
    case "doctor":
      return <Doctor onGo={onGo} />;
    case "look":
      return <Look />;
    case "about":
      return <About />;
  }
}
