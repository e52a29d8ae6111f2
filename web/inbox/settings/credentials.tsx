/** The same five fields for a number that is connected: what is stored is a fingerprint until it is replaced. */
import type { InboxNumber } from "@core/chat";
import { useInbox } from "@inbox/context";
import { useAsked } from "@inbox/form/asked";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Confirm } from "@inbox/form/confirm";
import { CopyLine } from "@inbox/form/copy";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { CallbackBlock } from "../connect/callback";
import { AccessTokenField, AppSecretField, DisplayNumberField, VerifyTokenField } from "../connect/fields";
import { CALLBACK_EVERY_MS } from "../connect/form";
import style from "../connect/form.module.css";
import { refusalOf } from "../connect/refusal";
import { Staging } from "../connect/staging";
import { changed, type Replacing, replacements, SECRETS, type Secret } from "./replacements";
import { Stored } from "./stored";

export function Credentials({ number }: { number: InboxNumber }) {
  const inbox = useInbox();
  const { api, environment, time } = inbox;
  const entries = useMemo(() => replacements(number), [number.id]);
  const replacing = useSignal<Replacing>(
    number.state === "token_refused" ? new Set<Secret>(["access_token"]) : new Set<Secret>(),
  );
  const callback = useAsked(() => api.get("/v1/callback"), "callback", CALLBACK_EVERY_MS);
  const staging = useMemo(() => new Staging(api, environment.clock, (answer) => callback.told(answer)), [api]);
  const saving = useAttempt();
  const removing = useAttempt();
  const sure = useSignal(false);
  const saved = useSignal(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => () => staging.close(), [staging]);
  useEffect(() => entries.verify_token.value.subscribe((typed) => staging.type(typed)), [entries, staging]);

  const refusal = refusalOf(saving.trouble.value, ["access_token", "verify_token", "app_secret", "display_number"]);
  const wrong = () => form.current?.querySelector<HTMLInputElement>("input[aria-invalid=true]")?.focus();
  useEffect(() => {
    if (refusal) wrong();
  }, [saving.trouble.value]);

  const turn = (name: Secret, on: boolean) => {
    const next = new Set(replacing.value);
    if (on) next.add(name);
    else next.delete(name);
    entries[name].clear();
    replacing.value = next;
    saved.value = false;
    saving.forget();
  };
  const save = async () => {
    const asked = [...replacing.value].map((name) => entries[name]).concat(entries.display_number);
    for (const entry of asked) entry.judge();
    if (asked.some((entry) => entry.wrong)) {
      requestAnimationFrame(wrong);
      return;
    }
    const body = changed(number, entries, replacing.value);
    const well = await saving.run(async () => {
      await api.patch("/v1/numbers/{number_id}", { path: { number_id: number.id }, body });
      for (const name of SECRETS) entries[name].clear();
      replacing.value = new Set();
      await inbox.reloadNumbers();
    });
    saved.value = well;
  };
  const remove = async () => {
    const well = await removing.run(async () => {
      await api.patch("/v1/numbers/{number_id}", { path: { number_id: number.id }, body: { app_secret: null } });
      await inbox.reloadNumbers();
    });
    if (well) sure.value = false;
  };

  const at = (name: Secret | "display_number") => ({
    entry: entries[name],
    refusal: refusal?.field === name ? refusal.words : null,
    onChange: () => {
      saved.value = false;
      saving.forget();
    },
  });
  const stored = (name: Secret) => ({
    secret: number[name],
    replacing: replacing.value.has(name),
    onReplace: () => turn(name, true),
    onKeep: () => turn(name, false),
  });
  const something = replacing.value.size > 0 || entries.display_number.value.value !== (number.display_number ?? "");
  return (
    <form
      ref={form}
      class={style.form}
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (something) void save();
      }}
    >
      <CopyLine label={say("connect.number_id")} text={number.id} />
      <Stored label={say("connect.token")} {...stored("access_token")}>
        <AccessTokenField {...at("access_token")} />
      </Stored>
      <Stored label={say("connect.verify")} {...stored("verify_token")}>
        <VerifyTokenField {...at("verify_token")} onCopied={() => staging.now()} />
      </Stored>
      <Stored
        label={say("connect.secret")}
        {...stored("app_secret")}
        onRemove={() => {
          sure.value = true;
        }}
      >
        <AppSecretField {...at("app_secret")} />
      </Stored>
      <DisplayNumberField {...at("display_number")} />
      <CallbackBlock callback={callback} staging={staging} now_ms={time.now()} />
      {refusal?.field === null && refusal.words}
      <div class={style.save}>
        <Button type="submit" kind="primary" disabled={!something && !saving.busy.value} busy={saving.busy.value}>
          {say("number.save")}
        </Button>
        <span class={style.saved} role="status">
          {saved.value && say("number.saved")}
        </span>
      </div>
      {sure.value && (
        <Confirm
          title={say("number.secret.remove.sure")}
          act={say("stored.remove")}
          busy={removing.busy.value}
          trouble={removing.trouble.value}
          onAct={() => void remove()}
          onClose={() => {
            sure.value = false;
            removing.forget();
          }}
        >
          <p>{say("number.secret.remove.effect")}</p>
        </Confirm>
      )}
    </form>
  );
}
