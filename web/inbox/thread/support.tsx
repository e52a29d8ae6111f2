/** What happened to a message, to be handed to whoever helps: as the server tells it, without words, names or phones. */
import { Problem } from "@core/api";
import type { Shown } from "@core/chat";
import { useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import dialog from "./dialog.module.css";
import style from "./support.module.css";

export function Support({ message }: { message: Shown }) {
  const { api } = useInbox();
  const ledger = useSignal<string | null>(null);
  const outcome = useSignal<string | null>(null);
  const busy = useSignal(false);
  const copy = async () => {
    if (busy.peek()) return;
    busy.value = true;
    try {
      ledger.value = written(await asked());
      outcome.value = say((await carried(ledger.value)) ? "support.copied" : "support.by_hand");
    } catch (trouble) {
      ledger.value = null;
      outcome.value = say(trouble instanceof Problem && trouble.status === 404 ? "support.unknown" : "support.failed");
    } finally {
      busy.value = false;
    }
  };
  const asked = () =>
    api.get("/v1/numbers/{number_id}/messages/{message_id}/timeline", {
      path: { number_id: message.number_id, message_id: message.id },
    });
  return (
    <section class={dialog.part}>
      <h3>{say("support.title")}</h3>
      <p>{say("support.words")}</p>
      <p class={dialog.choices}>
        <button type="button" class={dialog.button} aria-busy={busy.value} onClick={copy}>
          {say("support.copy")}
        </button>
      </p>
      <p role="status" class={style.outcome}>
        {outcome.value}
      </p>
      {ledger.value !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also for who has no pointer
        <section class={style.ledger} tabIndex={0} aria-label={say("support.ledger")}>
          <pre dir="ltr">{ledger.value}</pre>
        </section>
      )}
    </section>
  );
}

function written(ledger: unknown): string {
  return JSON.stringify(ledger, null, 2);
}

/** Refused where the page is not trusted with the clipboard: then it stands there, to be selected. */
async function carried(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
