/** Live or pull: whether this browser rides the API Access socket, and the press that changes it. */
import { Problem } from "@core/api";
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Notice } from "@inbox/form/notice";
import { SecretField } from "@inbox/form/secret";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import style from "./page.module.css";

export function LiveUpdates() {
  const inbox = useInbox();
  const live = inbox.live.value;
  const turning = useAttempt();
  const pasting = useSignal(false);
  const main = useRef<HTMLButtonElement>(null);
  const before = useRef(live);
  useEffect(() => {
    // Its counterpart has taken the place of the button that was pressed.
    if (before.current !== live) main.current?.focus();
    before.current = live;
    if (live) pasting.value = false;
  }, [live]);

  if (live) {
    return (
      <>
        <Notice kind="good" title={say("live.on")}>
          <p>{say("live.on.words")}</p>
        </Notice>
        <Trouble of={turning.trouble.value} />
        <div>
          <Button
            kind="plain"
            buttonRef={main}
            busy={turning.busy.value}
            onPress={() => void turning.run(() => inbox.disconnectToken())}
          >
            {say("live.disconnect")}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Notice kind="note" title={say("live.off")}>
        <p>{say("live.off.words")}</p>
      </Notice>
      <Trouble of={turning.trouble.value} />
      <div class={style.buttons}>
        <Button
          kind="primary"
          buttonRef={main}
          busy={turning.busy.value}
          onPress={() => void turning.run(() => inbox.connectToken())}
        >
          {say("live.connect")}
        </Button>
        {!pasting.value && (
          <Button
            kind="quiet"
            onPress={() => {
              pasting.value = true;
            }}
          >
            {say("live.paste")}
          </Button>
        )}
      </div>
      {pasting.value && <PastedToken />}
    </>
  );
}

function PastedToken() {
  const inbox = useInbox();
  const typed = useSignal("");
  const using = useAttempt();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const trouble = using.trouble.value;
  const unfit = trouble instanceof Problem && [401, 403].includes(trouble.status);
  return (
    <form
      class={style.stack}
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        const secret = typed.value.trim();
        if (secret === "") input.current?.focus();
        else void using.run(() => inbox.useToken(secret));
      }}
    >
      <SecretField
        label={say("live.token")}
        hint={say("live.token.hint")}
        value={typed.value}
        inputRef={input}
        remark={unfit ? { level: "error", text: say("live.token.unfit") } : null}
        onType={(value) => {
          typed.value = value;
          using.forget();
        }}
      />
      {!unfit && <Trouble of={trouble} />}
      <div>
        <Button type="submit" busy={using.busy.value}>
          {say("live.token.use")}
        </Button>
      </div>
    </form>
  );
}
