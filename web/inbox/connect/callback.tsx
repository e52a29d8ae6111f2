/** The webhook address: what to paste at Meta, and, while somebody is busy there, whether Meta has come by. */

import type { Asked } from "@inbox/form/asked";
import { Button } from "@inbox/form/button";
import { CopyLine } from "@inbox/form/copy";
import { Notice } from "@inbox/form/notice";
import { Trouble } from "@inbox/form/trouble";
import { Icon } from "@inbox/icon";
import { say } from "@inbox/speech";
import { CircleCheck, CircleDashed } from "lucide";
import style from "./callback.module.css";
import { moment } from "./moment";
import { reachable } from "./reach";
import type { CallbackState, Staging } from "./staging";

interface Props {
  callback: Asked<CallbackState>;
  staging: Staging;
  now_ms: number;
}

export function CallbackBlock({ callback, staging, now_ms }: Props) {
  const known = callback.value.value;
  const staged = staging.state.value;
  if (!known) {
    return callback.trouble.value ? (
      <div class={style.block}>
        <Trouble of={callback.trouble.value} />
        <Button onPress={() => void callback.again()}>{say("form.again")}</Button>
      </div>
    ) : (
      <p class={style.state}>{say("callback.loading")}</p>
    );
  }
  const verified = known.last_verified_at;
  return (
    <div class={style.block}>
      <CopyLine
        label={say("callback.url")}
        text={known.callback_url}
        hint={say("callback.how")}
        onCopied={() => staging.now()}
      />
      {!verified && !reachable(known.callback_url) && (
        <Notice kind="warning">
          <p>{say("callback.unreachable")}</p>
        </Notice>
      )}
      <div class={style.state} role="status">
        {verified ? (
          <p class={style.verified}>
            <Icon node={CircleCheck} size={20} />
            {say("callback.verified", { when: moment(verified, now_ms) })}
          </p>
        ) : (
          <p class={style.waiting}>
            <Icon node={CircleDashed} size={20} />
            {say(waitingFor(staged, known.verify_token_set))}
          </p>
        )}
        {known.last_webhook_at && (
          <p class={style.last}>{say("callback.last_webhook", { when: moment(known.last_webhook_at, now_ms) })}</p>
        )}
      </div>
      {typeof staged === "object" && (
        <>
          <Trouble of={staged.trouble} />
          <Button onPress={() => staging.now()}>{say("form.again")}</Button>
        </>
      )}
    </div>
  );
}

function waitingFor(staged: Staging["state"]["value"], set: boolean): string {
  if (staged === "telling") return "callback.telling";
  if (staged === "told" || (staged === "nothing" && set)) return "callback.ready";
  return "callback.token_first";
}
