/** The receipt of an erasure: what went from where, what ends by itself later, and what is not ours to erase. */
import type { Receipt } from "@core/erasure";
import { Button } from "@inbox/form/button";
import { CopyButton } from "@inbox/form/copy";
import { Buttons, Modal } from "@inbox/form/modal";
import { formatCount, formatDate, formatDateTime, say } from "@inbox/speech";
import style from "./receipt.module.css";

type Place = keyof Receipt["removed"];

const PLACES: readonly Place[] = ["conversations", "messages", "changes", "parked", "dead_letters", "sends"];

export function ReceiptView({ of, receipt, onClose }: { of: string; receipt: Receipt; onClose(): void }) {
  const { removed, remains } = receipt;
  const gone = PLACES.filter((place) => removed[place] > 0);
  return (
    <Modal title={say("erase.receipt", { name: of })} words={<p>{say("erase.receipt.words")}</p>} onEscape={onClose}>
      <div class={style.receipt}>
        <p>{say("erase.at", { when: formatDateTime(Date.parse(receipt.erased_at)) })}</p>
        {gone.length > 0 && (
          <dl class={style.table}>
            {gone.map((place) => (
              <div key={place}>
                <dt>{say(`erase.removed.${place}`)}</dt>
                <dd>{formatCount(removed[place])}</dd>
              </div>
            ))}
          </dl>
        )}
        <p>{archive(receipt)}</p>
        {remains.length > 0 && (
          <>
            <h3 class={style.heading}>{say("erase.remains")}</h3>
            {/* In the words of the server, which knows them. */}
            <ul class={style.remains} lang="en">
              {remains.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      <Buttons>
        <CopyButton text={written(of, receipt, gone)} what={say("erase.receipt.what")} />
        <Button kind="primary" onPress={onClose}>
          {say("form.done")}
        </Button>
      </Buttons>
    </Modal>
  );
}

function archive({ archive_until }: Receipt): string {
  if (archive_until === null) return say("erase.archive.none");
  // A day, not a moment: by the calendar of whoever reads it.
  return say("erase.archive.until", { day: formatDate(Date.parse(`${archive_until}T12:00:00`)) });
}

/** The same as plain text, to be kept wherever such things are kept. */
function written(of: string, receipt: Receipt, gone: readonly Place[]): string {
  return [
    say("erase.receipt", { name: of }),
    ...(receipt.contact_id === undefined ? [] : [receipt.contact_id]),
    receipt.erased_at,
    ...gone.map((place) => `${say(`erase.removed.${place}`)}: ${receipt.removed[place]}`),
    archive(receipt),
    ...receipt.remains,
  ].join("\n");
}
