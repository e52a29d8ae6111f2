/** How long messages are kept: in force as soon as it is chosen, and asked first where something would go. */
import type { InboxNumber } from "@core/chat";
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Confirm } from "@inbox/form/confirm";
import { Section } from "@inbox/form/section";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import style from "./doctor.module.css";

const FOR_EVER = 0;
const CHOICES = [FOR_EVER, 30, 90, 180, 365, 730, 3650] as const;

export function Retention({ number }: { number: InboxNumber }) {
  const inbox = useInbox();
  const id = useId();
  const keeping = useAttempt();
  const asked = useSignal<number | null>(null);
  const present = number.retention_days ?? FOR_EVER;
  const choices = [...new Set<number>([...CHOICES, present])].sort((a, b) => a - b);
  const keep = async (retention_days: number) => {
    const well = await keeping.run(async () => {
      await inbox.api.patch("/v1/numbers/{number_id}", { path: { number_id: number.id }, body: { retention_days } });
      await inbox.reloadNumbers();
    });
    if (well) asked.value = null;
  };
  const choose = (select: HTMLSelectElement) => {
    const days = Number(select.value);
    select.value = String(present); // it shows what is in force, not what is hoped for
    if (days === present || keeping.busy.peek()) return;
    const isShorter = days !== FOR_EVER && (present === FOR_EVER || days < present);
    if (isShorter) asked.value = days;
    else void keep(days);
  };
  const close = () => {
    asked.value = null;
    keeping.forget();
  };
  return (
    <Section title={say("retention.title")} words={say("retention.words")}>
      <label class={style.choice} for={id}>
        <span>{say("retention.label")}</span>
        <select
          id={id}
          class={style.select}
          value={String(present)}
          aria-busy={keeping.busy.value || undefined}
          onChange={(event) => choose(event.currentTarget)}
        >
          {choices.map((days) => (
            <option key={days} value={String(days)}>
              {days === FOR_EVER ? say("retention.for_ever") : say("retention.days", { count: days })}
            </option>
          ))}
        </select>
      </label>
      {asked.value === null && <Trouble of={keeping.trouble.value} />}
      {asked.value !== null && (
        <Confirm
          title={say("retention.sure", { count: asked.value })}
          act={say("retention.do")}
          busy={keeping.busy.value}
          trouble={keeping.trouble.value}
          onAct={() => void keep(asked.peek() ?? present)}
          onClose={close}
        >
          <p>{say("retention.effect")}</p>
        </Confirm>
      )}
    </Section>
  );
}
