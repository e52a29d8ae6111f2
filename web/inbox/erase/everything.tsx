/** Erases a number with all its conversations: asked for by its label, so that nobody does it by a slip. */
import type { InboxNumber } from "@core/chat";
import { useFrame, useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Button } from "@inbox/form/button";
import { Confirm } from "@inbox/form/confirm";
import { Section } from "@inbox/form/section";
import { TextField } from "@inbox/form/textfield";
import { labelOf } from "@inbox/names";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";

export function EraseEverything({ number }: { number: InboxNumber }) {
  const inbox = useInbox();
  const frame = useFrame();
  const asking = useSignal(false);
  const typed = useSignal("");
  const erasing = useAttempt();
  const label = labelOf(number);
  const close = () => {
    asking.value = false;
    typed.value = "";
    erasing.forget();
  };
  const erase = () =>
    void erasing.run(async () => {
      const receipt = await inbox.eraseNumber(number.id);
      // Shown over the whole inbox: the page of the number is gone by now.
      frame.erase({ receipt, of: label });
    });
  return (
    <Section title={say("erase.number")} words={say("erase.number.words")}>
      <div>
        <Button
          kind="danger"
          onPress={() => {
            asking.value = true;
          }}
        >
          {say("erase.number.ask")}
        </Button>
      </div>
      {asking.value && (
        <Confirm
          title={say("erase.number.sure", { number: label })}
          act={say("erase.do")}
          busy={erasing.busy.value}
          trouble={erasing.trouble.value}
          ready={spelled(typed.value) === spelled(label)}
          proof={
            <TextField
              label={say("erase.number.type", { number: label })}
              value={typed.value}
              onType={(value) => {
                typed.value = value;
              }}
            />
          }
          onAct={erase}
          onClose={close}
        >
          <p>{say("erase.number.does")}</p>
          <p>{say("erase.number.cannot")}</p>
        </Confirm>
      )}
    </Section>
  );
}

/** Spaces in a phone number are a matter of taste. */
function spelled(words: string): string {
  return words.replace(/\s+/g, "").toLocaleLowerCase();
}
