/** Makes an API token: a name, what it may, and its secret, which is shown this once. */
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import choices from "@inbox/form/choices.module.css";
import { CopyLine } from "@inbox/form/copy";
import { Notice } from "@inbox/form/notice";
import { TextField } from "@inbox/form/textfield";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import style from "./page.module.css";
import { SCOPES, type Scope, without, withScope } from "./scopes";

export function TokenMaker({ onMade }: { onMade(): void }) {
  const { api } = useInbox();
  const open = useSignal(false);
  const name = useSignal("");
  const nameless = useSignal(false);
  const scopes = useSignal<readonly Scope[]>(["read"]);
  const made = useSignal<{ name: string; token: string } | null>(null);
  const making = useAttempt();
  const opener = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (open.value) input.current?.focus();
  }, [open.value]);
  useEffect(() => {
    if (made.value) secret.current?.querySelector("input")?.focus();
  }, [made.value]);

  const close = () => {
    made.value = null;
    open.value = false;
    name.value = "";
    scopes.value = ["read"];
    making.forget();
    requestAnimationFrame(() => opener.current?.focus());
  };
  const make = async () => {
    nameless.value = name.value.trim() === "";
    if (nameless.value) return input.current?.focus();
    await making.run(async () => {
      const body = { name: name.value.trim(), scopes: [...scopes.value], ends_with_session: false };
      const answer = await api.post("/v1/tokens", { body });
      made.value = { name: answer.name, token: answer.token };
      onMade();
    });
  };

  if (made.value) {
    return (
      <div class={`${style.link} ${style.stack}`} ref={secret}>
        <CopyLine label={say("tokens.made", { name: made.value.name })} text={made.value.token} />
        <Notice kind="warning">
          <p>{say("tokens.once")}</p>
        </Notice>
        <div>
          <Button kind="primary" onPress={close}>
            {say("form.done")}
          </Button>
        </div>
      </div>
    );
  }
  if (!open.value) {
    return (
      <div>
        <Button
          buttonRef={opener}
          onPress={() => {
            open.value = true;
          }}
        >
          {say("tokens.make")}
        </Button>
      </div>
    );
  }
  return (
    <form
      class={`${style.link} ${style.stack}`}
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <TextField
        label={say("tokens.name")}
        hint={say("tokens.name.hint")}
        required
        value={name.value}
        lengthMax={128}
        inputRef={input}
        remark={nameless.value ? { level: "error", text: say("tokens.name.missing") } : null}
        onType={(value) => {
          name.value = value;
          nameless.value = false;
        }}
      />
      <fieldset class={choices.choices}>
        <legend class={style.legend}>{say("tokens.scopes")}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} class={choices.choice}>
            <input
              type="checkbox"
              checked={scopes.value.includes(scope)}
              onChange={(event) => {
                scopes.value = event.currentTarget.checked
                  ? withScope(scopes.value, scope)
                  : without(scopes.value, scope);
              }}
            />
            <span class={style.words}>
              <span>{say(`scope.${scope}`)}</span>
              <span class={style.about}>{say(`scope.${scope}.words`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <Trouble of={making.trouble.value} />
      <div class={style.buttons}>
        <Button type="submit" kind="primary" busy={making.busy.value} disabled={scopes.value.length === 0}>
          {say("tokens.make.do")}
        </Button>
        <Button kind="quiet" onPress={close}>
          {say("form.cancel")}
        </Button>
      </div>
    </form>
  );
}
