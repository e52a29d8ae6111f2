/** Makes an invite and shows it as a link to send and a picture to photograph. */
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { CopyLine } from "@inbox/form/copy";
import { Trouble } from "@inbox/form/trouble";
import { later } from "@inbox/later";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { moment } from "../connect/moment";
import { inviteLink } from "../signin/invitation";
import style from "./invite.module.css";
import page from "./page.module.css";

const QrCode = later(() => import("./qrcode").then((loaded) => loaded.QrCode));

export function Invite() {
  const inbox = useInbox();
  const made = useSignal<{ link: string; expires_at: string } | null>(null);
  const making = useAttempt();
  const link = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (made.value) link.current?.querySelector("input")?.focus();
  }, [made.value]);

  const make = () =>
    making.run(async () => {
      const [{ invite, expires_at }, { callback_url }] = await Promise.all([
        inbox.api.post("/v1/invites"),
        inbox.api.get("/v1/callback"),
      ]);
      made.value = { link: inviteLink(publicOrigin(callback_url, inbox.environment.origin), invite), expires_at };
    });
  return (
    <>
      {made.value && (
        <div class={`${page.link} ${page.stack}`} ref={link}>
          <CopyLine
            label={say("invite.link")}
            text={made.value.link}
            hint={say("invite.until", { when: moment(made.value.expires_at, inbox.time.now()) })}
          />
          <div class={style.picture}>
            <QrCode text={made.value.link} label={say("invite.picture")} />
            <p class={page.about}>{say("invite.how")}</p>
          </div>
        </div>
      )}
      <Trouble of={making.trouble.value} />
      <div>
        <Button kind={made.value ? "plain" : "primary"} busy={making.busy.value} onPress={() => void make()}>
          {say(made.value ? "invite.another" : "invite.make")}
        </Button>
      </div>
    </>
  );
}

/** The address that everybody sees; this browser may have come by another one, such as localhost. */
export function publicOrigin(callback_url: string, origin: string): string {
  const found = /^(.+)\/webhooks\/[^/]+$/.exec(callback_url);
  return found?.[1] ?? origin;
}
