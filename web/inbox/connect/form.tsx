/** Connects a number with what Meta's dashboard gives: five fields, the callback address, Save & connect. */
import type { InboxNumber } from "@core/chat";
import { useInbox } from "@inbox/context";
import { useAsked } from "@inbox/form/asked";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { say } from "@inbox/speech";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { CallbackBlock } from "./callback";
import { checkAccessToken, checkAppSecret, checkDisplayNumber, checkPhoneNumberId, checkVerifyToken } from "./check";
import { dropDraft, keepDraft } from "./draft";
import { Entry } from "./entry";
import { AccessTokenField, AppSecretField, DisplayNumberField, NumberIdField, VerifyTokenField } from "./fields";
import style from "./form.module.css";
import { type FieldName, refusalOf } from "./refusal";
import { Staging } from "./staging";

// Somebody is at Meta's dashboard and looks over: soon enough to feel live.
export const CALLBACK_EVERY_MS = 3000;

interface Props {
  /** Given to connect one again that was disconnected. */
  number?: InboxNumber;
  onConnected(number: InboxNumber): void | Promise<void>;
}

export function ConnectForm({ number, onConnected }: Props) {
  const { api, environment, time } = useInbox();
  const entries = useMemo(() => blank(number), [number?.id]);
  const callback = useAsked(() => api.get("/v1/callback"), "callback", CALLBACK_EVERY_MS);
  const staging = useMemo(() => new Staging(api, environment.clock, (answer) => callback.told(answer)), [api]);
  const saving = useAttempt();
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => () => staging.close(), [staging]);
  useEffect(() => entries.verify_token.value.subscribe((typed) => staging.type(typed)), [entries, staging]);
  useEffect(() => {
    if (number) return;
    const { phone_number_id, display_number } = entries;
    return keepDraft(environment.keep, { phone_number_id, display_number });
  }, [entries]);

  const refusal = refusalOf(saving.trouble.value);
  const wrong = () => form.current?.querySelector<HTMLInputElement>("input[aria-invalid=true]")?.focus();
  useEffect(() => {
    if (refusal) wrong();
  }, [saving.trouble.value]);

  const save = async () => {
    const all = Object.values(entries);
    for (const entry of all) entry.judge();
    if (all.some((entry) => entry.wrong)) {
      // After the remarks have been drawn.
      requestAnimationFrame(wrong);
      return;
    }
    await saving.run(async () => {
      const connected = await api.post("/v1/numbers", { body: asked(entries) });
      for (const name of SECRETS) entries[name].clear();
      await dropDraft(environment.keep);
      await onConnected(connected);
    });
  };

  const at = (name: FieldName) => ({
    entry: entries[name],
    refusal: refusal?.field === name ? refusal.words : null,
    onChange: () => saving.forget(),
  });
  return (
    <form
      ref={form}
      class={style.form}
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <NumberIdField {...at("phone_number_id")} fixed={number !== undefined} />
      <AccessTokenField {...at("access_token")} />
      <VerifyTokenField {...at("verify_token")} onCopied={() => staging.now()} />
      <AppSecretField {...at("app_secret")} />
      <DisplayNumberField {...at("display_number")} />
      <CallbackBlock callback={callback} staging={staging} now_ms={time.now()} />
      {refusal?.field === null && refusal.words}
      <div class={style.end}>
        <Button type="submit" kind="primary" wide busy={saving.busy.value}>
          {say("connect.save")}
        </Button>
        <p class={style.after}>{say("connect.after")}</p>
      </div>
    </form>
  );
}

const SECRETS = ["access_token", "verify_token", "app_secret"] as const;

function blank(number: InboxNumber | undefined): Record<FieldName, Entry> {
  return {
    phone_number_id: new Entry(checkPhoneNumberId, number?.id),
    access_token: new Entry(checkAccessToken),
    verify_token: new Entry(checkVerifyToken),
    app_secret: new Entry(checkAppSecret),
    display_number: new Entry(checkDisplayNumber, number?.display_number ?? ""),
  };
}

function asked(entries: Record<FieldName, Entry>) {
  const typed = (name: FieldName) => entries[name].value.value.trim();
  return {
    phone_number_id: typed("phone_number_id"),
    access_token: typed("access_token"),
    verify_token: typed("verify_token"),
    ...(typed("app_secret") && { app_secret: typed("app_secret") }),
    ...(typed("display_number") && { display_number: typed("display_number") }),
  };
}
