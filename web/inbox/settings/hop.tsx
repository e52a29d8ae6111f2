/** One hop of the connection check: how it is, since when, what Meta said and what to do. */
import type { components } from "@core/schema";
import { Button } from "@inbox/form/button";
import { GraphErrorNotice } from "@inbox/form/grapherror";
import { Icon } from "@inbox/icon";
import { say } from "@inbox/speech";
import { CircleCheck, CircleHelp, CircleX } from "lucide";
import { moment } from "../connect/moment";
import style from "./hop.module.css";

type Hop = components["schemas"]["Hop"];

const ICONS = { ok: CircleCheck, problem: CircleX, unknown: CircleHelp };
// What the one variable of a hop is, by code; an address where nothing else is said.
const APPS = new Set(["other_app_delivers", "other_app_only", "which_app_unknown"]);
const ACCOUNTS = new Set(["not_subscribed"]);
const DAYS = new Set(["token_ends_later", "token_ends_soon", "token_ended"]);
const NAMES = new Set(["name_approved", "name_in_review", "name_declined", "name_not_told"]);
const TOLD = new Set(["number_not_registered", "number_restricted"]);
const COUNTS = new Set(["sent_messages_missing", "messages_missing", "other_app_sends"]);

export function HopRow({ hop, now_ms, onSettings }: { hop: Hop; now_ms: number; onSettings(): void }) {
  const what_to_do = hop.what_to_do && translated(hop.code, "do", hop.what_to_do);
  return (
    <li class={style.hop}>
      <span class={style[hop.state]}>
        <Icon node={ICONS[hop.state]} size={24} />
      </span>
      <div class={style.words}>
        <h3 class={style.title}>
          <span class="spoken">{say(`doctor.state.${hop.state}`)} </span>
          {translated(hop.code, "title", hop.title)}
        </h3>
        <p class={style.about}>
          {translated(hop.code, "happened", hop.what_happened)}
          {hop.at && <span class={style.at}> {say("doctor.seen", { when: moment(hop.at, now_ms) })}</span>}
        </p>
        {hop.named && <p class={style.named}>{say(nameOfNamed(hop.code), { named: hop.named })}</p>}
        {hop.graph_error && <GraphErrorNotice error={hop.graph_error} advice={what_to_do ?? ""} calm />}
        {what_to_do && !hop.graph_error && <p class={style.advice}>{what_to_do}</p>}
        {hop.screen === "inbox_settings" && (
          <div>
            <Button onPress={onSettings}>{say("doctor.settings")}</Button>
          </div>
        )}
      </div>
    </li>
  );
}

/** In the reader's language where the code is known to us; a newer server's own words otherwise. */
function translated(code: string, part: "title" | "happened" | "do", words: string): string {
  const id = `hop.${code}.${part}`;
  const said = say(id);
  return said === id ? words : said;
}

function nameOfNamed(code: string): string {
  if (APPS.has(code)) return "doctor.named.apps";
  if (COUNTS.has(code)) return "doctor.named.count";
  if (DAYS.has(code)) return "doctor.named.day";
  if (NAMES.has(code)) return "doctor.named.name";
  if (TOLD.has(code)) return "doctor.named.told";
  return ACCOUNTS.has(code) ? "doctor.named.account" : "doctor.named.address";
}
