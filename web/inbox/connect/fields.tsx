/** The five fields that connect a number, in the words and the order of the users' guide. */
import { Button } from "@inbox/form/button";
import { CopyButton } from "@inbox/form/copy";
import { SecretField } from "@inbox/form/secret";
import { TextField } from "@inbox/form/textfield";
import { Icon } from "@inbox/icon";
import { say } from "@inbox/speech";
import { Dices } from "lucide";
import type { ComponentChildren, Ref } from "preact";
import type { Entry } from "./entry";
import { inventVerifyToken } from "./verifytoken";

export interface EntryProps {
  entry: Entry;
  /** What Meta or the server said about it. */
  refusal?: ComponentChildren;
  inputRef?: Ref<HTMLInputElement>;
  /** Any change: what was refused before no longer stands there. */
  onChange?(): void;
}

function bound({ entry, refusal, inputRef, onChange }: EntryProps) {
  return {
    value: entry.value.value,
    remark: entry.remark,
    refusal: refusal ?? null,
    inputRef: inputRef ?? null,
    onType: (value: string) => {
      entry.type(value);
      onChange?.();
    },
    onDone: () => entry.leave(),
  };
}

export function NumberIdField(props: EntryProps & { fixed?: boolean }) {
  return (
    <TextField
      {...bound(props)}
      label={say("connect.number_id")}
      hint={say("connect.number_id.where")}
      required
      exact
      inputMode="numeric"
      readOnly={props.fixed ?? false}
    />
  );
}

export function AccessTokenField(props: EntryProps) {
  return <SecretField {...bound(props)} label={say("connect.token")} hint={say("connect.token.where")} required />;
}

export function VerifyTokenField(props: EntryProps & { onCopied?(): void }) {
  const { entry, onCopied } = props;
  const label = say("connect.verify");
  return (
    <TextField
      {...bound(props)}
      label={label}
      hint={say("connect.verify.where")}
      required
      exact
      lengthMax={512}
      after={
        <>
          <Button
            onPress={() => {
              entry.type(inventVerifyToken());
              entry.judge();
              props.onChange?.();
            }}
          >
            <Icon node={Dices} size={18} />
            {say("connect.verify.generate")}
          </Button>
          {!entry.empty && <CopyButton text={entry.value.value} what={label} {...(onCopied && { onCopied })} />}
        </>
      }
    />
  );
}

export function AppSecretField(props: EntryProps) {
  return <SecretField {...bound(props)} label={say("connect.secret")} hint={say("connect.secret.where")} optional />;
}

export function DisplayNumberField(props: EntryProps) {
  return (
    <TextField
      {...bound(props)}
      label={say("connect.display")}
      hint={say("connect.display.where")}
      optional
      lengthMax={160}
    />
  );
}
