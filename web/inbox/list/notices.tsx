/** What stands above the list: a number that cannot speak, and the way from pull mode to live. */
import type { OpenNumber } from "@core/opennumber";
import { useFrame, useInbox } from "@inbox/context";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Notice } from "./notice";
import { reasonOf } from "./reason";

const KEPT_AS = "golive.dismissed";

export function Notices({ number }: { number: OpenNumber }) {
  const { state, enabled } = number.number.value;
  const { openSettings } = useFrame();
  const trouble = state !== "connected" ? state : enabled ? null : "off";
  if (trouble === null) return number.condition.value === "pull" ? <GoLive /> : null;
  return (
    <Notice tone="danger" action={{ label: say("banner.settings"), onClick: openSettings }}>
      {say(`banner.${trouble}`)}
    </Notice>
  );
}

function GoLive() {
  const inbox = useInbox();
  const { keep } = inbox.environment;
  // Until we know whether it was dismissed it is not shown: nothing should jump in and out.
  const dismissed = useSignal(true);
  const connecting = useSignal(false);
  const failed = useSignal<string | null>(null);

  useEffect(() => {
    keep.get(KEPT_AS).then(
      (before) => (dismissed.value = before === true),
      () => (dismissed.value = false),
    );
  }, [keep, dismissed]);

  if (inbox.live.value || dismissed.value) return null;

  async function connect() {
    connecting.value = true;
    failed.value = null;
    try {
      await inbox.connectToken();
    } catch (error) {
      failed.value = reasonOf(error);
    } finally {
      connecting.value = false;
    }
  }

  return (
    <Notice
      tone="plain"
      action={{ label: say("golive.action"), busy: connecting.value, onClick: connect }}
      onDismiss={() => {
        dismissed.value = true;
        void keep.set(KEPT_AS, true).catch(() => {});
      }}
    >
      {failed.value === null ? say("golive.hint") : say("golive.failed", { reason: failed.value })}
    </Notice>
  );
}
