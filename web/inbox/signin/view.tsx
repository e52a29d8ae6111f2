/** The door: open a new inbox, come in by an invite, or read why one is back here. */
import { Problem } from "@core/api";
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Notice } from "@inbox/form/notice";
import { SecretField } from "@inbox/form/secret";
import { Sheet } from "@inbox/form/sheet";
import { TextField } from "@inbox/form/textfield";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { dropDraft } from "../connect/draft";
import { inviteIn, takeInvitation } from "./invitation";
import style from "./view.module.css";

/** `open` until the server says that a new inbox needs its key. */
type Way = "open" | "key" | "invite";

export function SignInView() {
  const inbox = useInbox();
  const invite = useSignal<string | null>(null);
  const way = useSignal<Way>("open");
  const typed = useSignal("");
  const name = useSignal("");
  const entering = useAttempt();
  const secret = useRef<HTMLInputElement>(null);

  // Whoever comes through this door next has not typed what lies there.
  useEffect(() => void dropDraft(inbox.environment.keep), [inbox]);
  useEffect(() => {
    const take = () => {
      const found = takeInvitation();
      if (found === null) return;
      invite.value = found.invite;
      if (name.peek() === "") name.value = found.name;
      way.value = "invite";
      entering.forget();
    };
    take();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);

  const trouble = entering.trouble.value;
  // The key is asked for by being refused: that is no mistake of whoever had none to give.
  const refused = trouble instanceof Problem && trouble.status === 403 && typed.value !== "" ? trouble : null;
  const other = refused || (trouble instanceof Problem && trouble.status === 403) ? null : trouble;

  const enter = async () => {
    const given = way.value === "invite" ? (invite.value ?? inviteIn(typed.value)) : typed.value.trim();
    const agent_name = name.value.trim();
    if (given === "" && way.value !== "open") return secret.current?.focus();
    await entering.run(async () => {
      try {
        await inbox.signUp({
          ...(way.value === "invite" && { invite: given }),
          ...(way.value === "key" && { join_key: given }),
          ...(agent_name && { agent_name }),
        });
      } catch (reason) {
        if (reason instanceof Problem && reason.code === "join_key") way.value = "key";
        if (reason instanceof Problem && reason.code === "invite" && invite.value !== null) {
          typed.value = invite.value;
          invite.value = null;
        }
        throw reason;
      }
    });
  };
  useEffect(() => {
    if (trouble instanceof Problem && trouble.status === 403) secret.current?.focus();
  }, [trouble]);

  const turn = (next: Way) => {
    way.value = next;
    typed.value = "";
    invite.value = null;
    entering.forget();
  };
  const inviting = way.value === "invite";
  return (
    <Sheet
      title={say(inviting ? "signin.join" : "app.name")}
      words={say(inviting ? "signin.join.words" : "signin.words")}
      below={<span>{say("signin.server", { server: new URL(inbox.environment.origin).host })}</span>}
    >
      <Back ended={inbox.ended.value} />
      <form
        class={style.form}
        noValidate
        autocomplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <TextField
          label={say("signin.name")}
          hint={say("signin.name.hint")}
          optional
          value={name.value}
          lengthMax={128}
          autocomplete="nickname"
          onType={(value) => {
            name.value = value;
          }}
        />
        {(way.value === "key" || (inviting && invite.value === null)) && (
          <SecretField
            key={way.value}
            label={say(inviting ? "signin.invite" : "signin.key")}
            hint={say(inviting ? "signin.invite.hint" : "signin.key.hint")}
            required
            value={typed.value}
            inputRef={secret}
            remark={refused && { level: "error", text: say(inviting ? "signin.invite.wrong" : "signin.key.wrong") }}
            onType={(value) => {
              typed.value = value;
              entering.forget();
            }}
          />
        )}
        {other instanceof Problem && other.code === "too_many" ? (
          <Notice kind="error">
            <p>{say("signin.full")}</p>
          </Notice>
        ) : (
          <Trouble of={other} />
        )}
        <Button type="submit" kind="primary" wide busy={entering.busy.value}>
          {say(inviting ? "signin.join.do" : "signin.open")}
        </Button>
      </form>
      <div class={style.turn}>
        {inviting ? (
          <Button kind="quiet" onPress={() => turn("open")}>
            {say("signin.turn.open")}
          </Button>
        ) : (
          <Button kind="quiet" onPress={() => turn("invite")}>
            {say("signin.turn.invite")}
          </Button>
        )}
      </div>
    </Sheet>
  );
}

function Back({ ended }: { ended: "signed_out" | "revoked" | null }) {
  if (ended === null) return null;
  return (
    <Notice kind={ended === "revoked" ? "warning" : "note"}>
      <p>{say(`signin.ended.${ended}`)}</p>
    </Notice>
  );
}
