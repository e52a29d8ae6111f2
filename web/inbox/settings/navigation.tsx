/** The list of the settings' pages, each with what there is to know about it already. */
import type { InboxNumber } from "@core/chat";
import { Avatar } from "@inbox/avatar";
import { useInbox } from "@inbox/context";
import { Icon } from "@inbox/icon";
import { labelOf } from "@inbox/names";
import { say } from "@inbox/speech";
import { CircleHelp, KeyRound, MonitorSmartphone, Palette, Phone, Plus, Stethoscope } from "lucide";
import style from "./navigation.module.css";
import { type Place, samePlace } from "./places";

const ICONS = {
  number: Phone,
  another: Plus,
  integrations: KeyRound,
  devices: MonitorSmartphone,
  doctor: Stethoscope,
  look: Palette,
  about: CircleHelp,
};

export function titleOf(place: Place, numbers: readonly InboxNumber[]): string {
  if (place.page !== "number") return say(`settings.${place.page}`);
  const number = numbers.find((one) => one.id === place.number_id);
  return number ? labelOf(number) : say("settings.number");
}

/** In a word, how the number is. */
export function stateOf(number: InboxNumber): "connected" | "token_refused" | "disconnected" | "off" {
  return number.state === "connected" && !number.enabled ? "off" : number.state;
}

export function Navigation({ shown, onGo }: { shown: Place; onGo(place: Place): void }) {
  const inbox = useInbox();
  const numbers = inbox.numbers.value;
  const agent = inbox.signIn.value?.agent;
  const row = (place: Place, words: string, troubled = false) => (
    <li key={place.page === "number" ? place.number_id : place.page}>
      <button
        type="button"
        class={style.row}
        aria-current={samePlace(shown, place) ? "page" : undefined}
        onClick={() => onGo(place)}
      >
        <span class={style.icon}>
          <Icon node={ICONS[place.page]} size={22} />
        </span>
        <span class={style.words}>
          <span class={style.name}>{titleOf(place, numbers)}</span>
          <span class={troubled ? style.troubled : style.about}>{words}</span>
        </span>
      </button>
    </li>
  );
  return (
    <nav class={style.nav} aria-label={say("settings.pages")}>
      {agent && (
        <div class={style.me}>
          <Avatar name={agent.name} of={agent.id} />
          <div class={style.words}>
            <p class={style.name}>{agent.name}</p>
            <p class={style.about}>{say("settings.me")}</p>
          </div>
        </div>
      )}
      <ul class={style.rows}>
        {numbers.map((number) =>
          row(
            { page: "number", number_id: number.id },
            say(`number.state.${stateOf(number)}`),
            number.state === "token_refused",
          ),
        )}
        {row({ page: "another" }, say("settings.another.words"))}
        {row(
          { page: "integrations" },
          say(inbox.live.value ? "settings.integrations.live" : "settings.integrations.pull"),
        )}
        {row({ page: "devices" }, say("settings.devices.words"))}
        {row({ page: "doctor" }, say("settings.doctor.words"))}
        {row({ page: "look" }, say("settings.look.words"))}
        {row({ page: "about" }, say("settings.about.words"))}
      </ul>
    </nav>
  );
}
