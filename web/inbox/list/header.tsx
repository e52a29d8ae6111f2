/** The head of the list: which number is speaking, how fresh the list is, Refresh and settings. */
import type { OpenNumber } from "@core/opennumber";
import { useFrame } from "@inbox/context";
import { IconButton } from "@inbox/iconbutton";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { ConditionLine } from "./condition";
import style from "./header.module.css";
import { Notice } from "./notice";
import { NumberLabel } from "./numberlabel";
import { reasonOf } from "./reason";

export function ListHeader({ number }: { number: OpenNumber }) {
  const frame = useFrame();
  const refreshing = useSignal(false);
  const trouble = useSignal<string | null>(null);

  async function refresh() {
    if (refreshing.peek()) return;
    refreshing.value = true;
    trouble.value = null;
    try {
      await number.refresh();
    } catch (error) {
      trouble.value = reasonOf(error);
    } finally {
      refreshing.value = false;
    }
  }

  return (
    <>
      <header class={style.header}>
        <div class={style.names}>
          <NumberLabel number={number} />
          <p class={style.under}>
            <span class={style.kind}>{say("header.kind")}</span>
            <ConditionLine number={number} />
          </p>
        </div>
        <IconButton icon="refresh" label={say("header.refresh")} busy={refreshing.value} onClick={refresh} />
        <IconButton icon="settings" label={say("header.settings")} onClick={frame.openSettings} />
        {frame.close && <IconButton icon="close" label={say("header.close")} onClick={frame.close} />}
      </header>
      {trouble.value !== null && (
        <Notice tone="warning" alert onDismiss={() => (trouble.value = null)}>
          {say("header.refreshFailed", { reason: trouble.value })}
        </Notice>
      )}
    </>
  );
}
