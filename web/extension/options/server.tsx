/** Where the server is: the one thing that has to be said before anything else works. */
import { Button } from "@inbox/form/button";
import { Notice } from "@inbox/form/notice";
import { TextField } from "@inbox/form/textfield";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { connect, insist, type Outcome, type Steps } from "./connecting";
import style from "./view.module.css";

interface Props {
  present: string | null;
  steps: Steps;
  onKept?(origin: string): void;
}

export function Server({ present, steps, onKept }: Props) {
  const typed = useSignal(present ?? "");
  const busy = useSignal(false);
  const outcome = useSignal<Outcome | null>(null);

  const run = async (asked: Promise<Outcome>) => {
    busy.value = true;
    outcome.value = null;
    outcome.value = await asked;
    busy.value = false;
    if ("kept" in outcome.value) {
      typed.value = outcome.value.kept;
      onKept?.(outcome.value.kept);
    }
  };
  const ended = outcome.value;
  const trouble = ended && "trouble" in ended ? ended : null;
  const silent = trouble?.trouble === "silent" ? trouble.origin : null;

  return (
    <form
      class={style.stack}
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy.value) void run(connect(typed.value, steps));
      }}
    >
      <TextField
        label={say("options.server.address")}
        hint={say("options.server.hint")}
        exact
        required
        value={typed.value}
        placeholder="https://inbox.example.com"
        autocomplete="url"
        remark={
          trouble ? { level: "error", text: say(`options.server.${trouble.trouble}`, { host: host(trouble) }) } : null
        }
        onType={(value) => {
          typed.value = value;
          outcome.value = null;
        }}
      />
      {silent !== null && (
        <Notice kind="note">
          <p>{say("options.server.allow.words", { host: new URL(silent).host })}</p>
          <p>
            <Button onPress={() => void run(insist(silent, steps))}>{say("options.server.allow")}</Button>
          </p>
        </Notice>
      )}
      <div class={style.buttons}>
        <Button type="submit" kind="primary" busy={busy.value}>
          {say("options.server.connect")}
        </Button>
      </div>
      {ended && "kept" in ended && (
        <Notice kind={ended.unlisted ? "warning" : "good"}>
          <p role="status">{say("options.server.kept", { host: new URL(ended.kept).host })}</p>
          {ended.unlisted && <p>{say("options.server.unlisted", { id: chrome.runtime.id })}</p>}
        </Notice>
      )}
    </form>
  );
}

function host({ origin }: { origin: string | null }): string {
  return origin === null ? "" : new URL(origin).host;
}
