/** API Access: the tokens of this workspace, how to make one and how to take one back. */
import { Problem } from "@core/api";
import { useInbox } from "@inbox/context";
import { useAsked } from "@inbox/form/asked";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Confirm } from "@inbox/form/confirm";
import { Trouble } from "@inbox/form/trouble";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { moment } from "../connect/moment";
import style from "./page.module.css";
import { TokenMaker } from "./tokenmaker";

export function Tokens() {
  const inbox = useInbox();
  const tokens = useAsked(() => inbox.api.get("/v1/tokens"), inbox.live.value ? "live" : "pull");
  const leaving = useSignal<{ id: string; name: string } | null>(null);
  const revoking = useAttempt();
  const ours = inbox.signIn.value?.token?.id;
  const now_ms = inbox.time.now();

  const close = () => {
    leaving.value = null;
    revoking.forget();
  };
  const revoke = async (token_id: string) => {
    const well = await revoking.run(async () => {
      // Whoever rides on it gets off first; one that was made here is revoked by that already.
      if (token_id === ours) await inbox.disconnectToken();
      await inbox.api.delete("/v1/tokens/{token_id}", { path: { token_id } }).catch(gone);
      await tokens.again();
    });
    if (well) close();
  };
  const rows = tokens.value.value?.tokens;
  return (
    <>
      <TokenMaker onMade={() => void tokens.again()} />
      <Trouble of={tokens.trouble.value} />
      {rows?.length === 0 && <p class={style.about}>{say("tokens.none")}</p>}
      {rows !== undefined && rows.length > 0 && (
        <ul class={style.rows} aria-label={say("tokens.list")}>
          {rows.map((token) => (
            <li key={token.id} class={style.row}>
              <div class={style.words}>
                <p class={style.name}>
                  {token.name}
                  {token.id === ours && <span class={style.chip}>{say("tokens.here")}</span>}
                </p>
                <p class={style.about}>{token.scopes.map((scope) => say(`scope.${scope}`)).join(" · ")}</p>
                <p class={style.about}>
                  {token.last_used_at
                    ? say("tokens.used", { when: moment(token.last_used_at, now_ms) })
                    : say("tokens.unused", { when: moment(token.created_at, now_ms) })}
                </p>
              </div>
              <Button
                kind="danger"
                label={say("tokens.revoke.of", { name: token.name })}
                onPress={() => {
                  leaving.value = token;
                }}
              >
                {say("tokens.revoke")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {leaving.value && (
        <Confirm
          title={say("tokens.revoke.sure", { name: leaving.value.name })}
          act={say("tokens.revoke")}
          busy={revoking.busy.value}
          trouble={revoking.trouble.value}
          onAct={() => leaving.value && void revoke(leaving.value.id)}
          onClose={close}
        >
          <p>{say(leaving.value.id === ours ? "tokens.revoke.effect.here" : "tokens.revoke.effect")}</p>
        </Confirm>
      )}
    </>
  );
}

function gone(reason: unknown): void {
  if (!(reason instanceof Problem && reason.code === "no_such_token")) throw reason;
}
