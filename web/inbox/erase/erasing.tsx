/** Over the whole inbox: the question whether to erase a customer, or the receipt of what has been erased. */
import type { Receipt } from "@core/erasure";
import { type Customer, EraseCustomer } from "./customer";
import { ReceiptView } from "./receipt";

export type Erasure = { customer: Customer } | { receipt: Receipt; of: string };

export function Erasing({ erasure, onClose }: { erasure: Erasure; onClose(): void }) {
  if ("customer" in erasure) return <EraseCustomer customer={erasure.customer} onClose={onClose} />;
  return <ReceiptView of={erasure.of} receipt={erasure.receipt} onClose={onClose} />;
}
