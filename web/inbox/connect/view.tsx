/** The first thing after signing in: connect a WhatsApp number, or another one later. */
import type { InboxNumber } from "@core/chat";
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Notice } from "@inbox/form/notice";
import { Sheet } from "@inbox/form/sheet";
import { say } from "@inbox/speech";
import { ConnectForm } from "./form";

/** With `first` it stands alone; without, it is a part of the settings, which say what it is. */
export function ConnectView({ first, onDone }: { first?: boolean; onDone?(number: InboxNumber): void }) {
  const inbox = useInbox();
  const leaving = useAttempt();
  const form = (
    <ConnectForm
      onConnected={async (number) => {
        await inbox.reloadNumbers();
        inbox.choose(number.id);
        onDone?.(number);
      }}
    />
  );
  if (!first) return form;
  const name = inbox.signIn.value?.agent.name;
  return (
    <Sheet
      broad
      title={say("connect.title")}
      words={say("connect.words")}
      below={
        <>
          {name !== undefined && <span>{say("connect.signed_in", { name })}</span>}
          <Button kind="quiet" busy={leaving.busy.value} onPress={() => void leaving.run(() => inbox.signOut())}>
            {say("about.sign_out")}
          </Button>
        </>
      }
    >
      <Notice kind="note" title={say("connect.need")}>
        <p>{say("connect.need.app")}</p>
        <p>{say("connect.need.number")}</p>
      </Notice>
      {form}
    </Sheet>
  );
}
