/** Agents and devices: who is signed in where, how to let somebody in, and how to sign a device out. */
import { useInbox } from "@inbox/context";
import { useAsked } from "@inbox/form/asked";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Confirm } from "@inbox/form/confirm";
import { Section } from "@inbox/form/section";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { moment } from "../connect/moment";
import { Invite } from "./invite";
import style from "./page.module.css";

export function Devices() {
  const inbox = useInbox();
  return (
    <>
      <Section title={say("devices.invite")} words={say("devices.invite.words")}>
        <Invite />
      </Section>
      <Section title={say("devices.title")} words={say("devices.words")}>
        <Sessions now_ms={inbox.time.now()} />
      </Section>
    </>
  );
}

function nameOf(agent: { name?: string }): string {
  return agent.name ?? say("devices.nameless");
}

function Sessions({ now_ms }: { now_ms: number }) {
  const { api } = useInbox();
  const devices = useAsked(() => api.get("/v1/sessions"), "sessions");
  const leaving = useSignal<{ id: string; name: string } | null>(null);
  const revoking = useAttempt();
  const close = () => {
    leaving.value = null;
    revoking.forget();
  };
  const revoke = async (session_id: string) => {
    const well = await revoking.run(async () => {
      await api.delete("/v1/sessions/{session_id}", { path: { session_id } });
      await devices.again();
    });
    if (well) close();
  };
  const rows = devices.value.value?.sessions ?? [];
  return (
    <>
      <Trouble of={devices.trouble.value} />
      <ul class={style.rows} aria-label={say("devices.title")}>
        {rows.map((session) => (
          <li key={session.id} class={style.row}>
            <div class={style.words}>
              <p class={style.name}>
                {nameOf(session.agent)}
                {session.current && <span class={style.chip}>{say("devices.here")}</span>}
              </p>
              <p class={style.about}>{say("devices.used", { when: moment(session.last_used_at, now_ms) })}</p>
              <p class={style.about}>{say("devices.since", { when: moment(session.created_at, now_ms) })}</p>
            </div>
            {!session.current && (
              <Button
                kind="danger"
                label={say("devices.revoke.of", { name: nameOf(session.agent) })}
                onPress={() => {
                  leaving.value = { id: session.id, name: nameOf(session.agent) };
                }}
              >
                {say("devices.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {leaving.value && (
        <Confirm
          title={say("devices.revoke.sure", { name: leaving.value.name })}
          act={say("devices.revoke")}
          busy={revoking.busy.value}
          trouble={revoking.trouble.value}
          onAct={() => leaving.value && void revoke(leaving.value.id)}
          onClose={close}
        >
          <p>{say("devices.revoke.effect")}</p>
        </Confirm>
      )}
    </>
  );
}
