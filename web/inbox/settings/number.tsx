/** One number: how it is, its credentials, what it does with messages, and how to be rid of it. */
import type { InboxNumber } from "@core/chat";
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Confirm } from "@inbox/form/confirm";
import { GraphErrorNotice } from "@inbox/form/grapherror";
import { Notice } from "@inbox/form/notice";
import { Section } from "@inbox/form/section";
import { Switch } from "@inbox/form/switch";
import { Trouble } from "@inbox/form/trouble";
import { labelOf } from "@inbox/names";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { ConnectForm } from "../connect/form";
import { moment } from "../connect/moment";
import { EraseEverything } from "../erase/everything";
import { Credentials } from "./credentials";
import { Facts } from "./facts";
import { Gaps } from "./gaps";
import { stateOf } from "./navigation";
import type { Place } from "./places";
import { Retention } from "./retention";

export function NumberPage({ number, onGo }: { number: InboxNumber; onGo(place: Place): void }) {
  const inbox = useInbox();
  const now_ms = inbox.time.now();
  const state = stateOf(number);
  if (number.state === "disconnected") {
    return (
      <>
        <Notice kind="note">
          <p>{say("number.disconnected.words")}</p>
        </Notice>
        <Section title={say("connect.title")}>
          <ConnectForm number={number} onConnected={() => inbox.reloadNumbers()} />
        </Section>
        <Retention number={number} />
        <EraseEverything number={number} />
      </>
    );
  }
  return (
    <>
      {state === "token_refused" && number.error && (
        <GraphErrorNotice error={number.error} title={say("number.token_refused.words")} />
      )}
      {state === "off" && (
        <Notice kind="warning">
          <p>{say("number.off.words")}</p>
        </Notice>
      )}
      <Gaps number={number} now_ms={now_ms} />
      <Section title={say("number.known")}>
        <Facts
          rows={[
            [say("number.state"), say(`number.state.${state}`)],
            [say("number.verified_name"), number.verified_name],
            [say("number.quality"), number.quality_rating],
            [say("number.last_webhook"), number.last_webhook_at && moment(number.last_webhook_at, now_ms)],
            [say("number.token_checked"), number.token_checked_at && moment(number.token_checked_at, now_ms)],
          ]}
        />
        <div>
          <Button onPress={() => onGo({ page: "doctor" })}>{say("number.check")}</Button>
        </div>
      </Section>
      <Section title={say("number.credentials")} words={say("number.credentials.words")}>
        <Credentials number={number} />
      </Section>
      <Conduct number={number} />
      <Retention number={number} />
      <Leave number={number} />
      <EraseEverything number={number} />
    </>
  );
}

/** What is in force as soon as it is pressed. */
function Conduct({ number }: { number: InboxNumber }) {
  const inbox = useInbox();
  const turning = useAttempt();
  const turn = (body: { enabled: boolean } | { send_read_receipts: boolean }) =>
    void turning.run(async () => {
      await inbox.api.patch("/v1/numbers/{number_id}", { path: { number_id: number.id }, body });
      await inbox.reloadNumbers();
    });
  return (
    <Section title={say("number.conduct")}>
      <Switch
        label={say("number.receipts")}
        hint={say("number.receipts.words")}
        on={number.send_read_receipts}
        busy={turning.busy.value}
        onChange={(on) => turn({ send_read_receipts: on })}
      />
      <Switch
        label={say("number.enabled")}
        hint={say("number.enabled.words")}
        on={number.enabled}
        busy={turning.busy.value}
        onChange={(on) => turn({ enabled: on })}
      />
      <Trouble of={turning.trouble.value} />
    </Section>
  );
}

function Leave({ number }: { number: InboxNumber }) {
  const inbox = useInbox();
  const asking = useSignal(false);
  const leaving = useAttempt();
  const close = () => {
    asking.value = false;
    leaving.forget();
  };
  const leave = async () => {
    const left = await leaving.run(async () => {
      await inbox.api.delete("/v1/numbers/{number_id}", { path: { number_id: number.id } });
      await inbox.reloadNumbers();
    });
    if (left) close();
  };
  return (
    <Section title={say("number.disconnect")} words={say("number.disconnect.words")}>
      <div>
        <Button
          kind="danger"
          onPress={() => {
            asking.value = true;
          }}
        >
          {say("number.disconnect.do")}
        </Button>
      </div>
      {asking.value && (
        <Confirm
          title={say("number.disconnect.sure", { number: labelOf(number) })}
          act={say("number.disconnect.do")}
          busy={leaving.busy.value}
          trouble={leaving.trouble.value}
          onAct={() => void leave()}
          onClose={close}
        >
          <p>{say("number.disconnect.effect")}</p>
        </Confirm>
      )}
    </Section>
  );
}
