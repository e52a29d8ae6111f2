/** The connection check: each hop between Meta and a number, and on which screen of Meta's it is put right. */
import type { components } from "@core/schema";
import { useInbox } from "@inbox/context";
import { useAsked } from "@inbox/form/asked";
import { Button } from "@inbox/form/button";
import { Notice } from "@inbox/form/notice";
import { Section } from "@inbox/form/section";
import { Trouble } from "@inbox/form/trouble";
import { labelOf } from "@inbox/names";
import { formatTime, say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Came } from "./came";
import style from "./doctor.module.css";
import { HopRow } from "./hop";
import type { Place } from "./places";

export type Health = components["schemas"]["NumberHealth"];

export function Doctor({ onGo }: { onGo(place: Place): void }) {
  const inbox = useInbox();
  const numbers = inbox.numbers.value;
  const chosen = useSignal(inbox.current.peek()?.id ?? numbers[0]?.id);
  const number = numbers.find((one) => one.id === chosen.value) ?? numbers[0];
  if (!number) return <p class={style.words}>{say("doctor.no_number")}</p>;
  return (
    <Section title={say("doctor.title")} words={say("doctor.words")}>
      {numbers.length > 1 && (
        <label class={style.choice}>
          <span>{say("doctor.number")}</span>
          <select
            class={style.select}
            value={number.id}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {numbers.map((one) => (
              <option key={one.id} value={one.id}>
                {labelOf(one)}
              </option>
            ))}
          </select>
        </label>
      )}
      <Findings key={number.id} number_id={number.id} told={number} onGo={onGo} />
    </Section>
  );
}

/** `told` is another one whenever the feed tells that something about the number changed. */
function Findings({ number_id, told, onGo }: { number_id: string; told: unknown; onGo(place: Place): void }) {
  const { api, time } = useInbox();
  const health = useAsked(() => api.get("/v1/numbers/{number_id}/health", { path: { number_id } }), number_id);
  const before = useRef(told);
  useEffect(() => {
    if (before.current !== told) void health.again();
    before.current = told;
  }, [told]);
  const found = health.value.value;
  const asking = health.asking.value;
  return (
    <>
      <Trouble of={health.trouble.value} />
      {found === null && asking && <p class={style.words}>{say("doctor.asking")}</p>}
      {found && (
        <>
          <Notice kind={found.healthy ? "good" : troubled(found) ? "error" : "note"}>
            <p>{say(verdict(found), { count: found.hops.filter((hop) => hop.state === "problem").length })}</p>
          </Notice>
          <ol class={style.hops} aria-label={say("doctor.hops")}>
            {found.hops.map((hop) => (
              <HopRow
                key={hop.hop}
                hop={hop}
                now_ms={time.now()}
                onSettings={() => onGo({ page: "number", number_id })}
              />
            ))}
          </ol>
          <Came webhooks={found.webhooks} now_ms={time.now()} />
        </>
      )}
      <div class={style.end}>
        <Button busy={asking} onPress={() => void health.again()}>
          {say("doctor.again")}
        </Button>
        {found && (
          <span class={style.words}>{say("doctor.at", { time: formatTime(Date.parse(found.checked_at)) })}</span>
        )}
      </div>
    </>
  );
}

function troubled(found: Health): boolean {
  return found.hops.some((hop) => hop.state === "problem");
}

function verdict(found: Health): string {
  if (found.healthy) return "doctor.healthy";
  return troubled(found) ? "doctor.problems" : "doctor.unsure";
}
