/** Erases one customer: asks, says what it does and what it cannot do, and then shows the receipt. */
import type { Receipt } from "@core/erasure";
import { useInbox } from "@inbox/context";
import { useAttempt } from "@inbox/form/attempt";
import { Confirm } from "@inbox/form/confirm";
import { say } from "@inbox/speech";
import { useSignal } from "@preact/signals";
import { ReceiptView } from "./receipt";

/** Who is to be erased, as people call them. */
export interface Customer {
  contact_id: string;
  name: string;
}

export function EraseCustomer({ customer, onClose }: { customer: Customer; onClose(): void }) {
  const inbox = useInbox();
  const erasing = useAttempt();
  const receipt = useSignal<Receipt | null>(null);
  const { contact_id, name } = customer;
  const erase = () =>
    void erasing.run(async () => {
      receipt.value = (await inbox.current.peek()?.erase(contact_id)) ?? null;
    });
  if (receipt.value) return <ReceiptView of={name} receipt={receipt.value} onClose={onClose} />;
  return (
    <Confirm
      title={say("erase.customer.sure", { name })}
      act={say("erase.do")}
      busy={erasing.busy.value}
      trouble={erasing.trouble.value}
      onAct={erase}
      onClose={onClose}
    >
      <p>{say("erase.customer.does")}</p>
      <p>{say("erase.customer.cannot")}</p>
    </Confirm>
  );
}
