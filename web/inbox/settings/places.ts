/** The pages of the settings, in the order of their list. */
import type { InboxNumber } from "@core/chat";

export type Place =
  | { page: "number"; number_id: string }
  | { page: "another" | "integrations" | "devices" | "doctor" | "look" | "about" };

export function samePlace(a: Place | null, b: Place): boolean {
  if (a?.page !== b.page) return false;
  return a.page !== "number" || b.page !== "number" || a.number_id === b.number_id;
}

/** Where the settings open when there is room beside the list: at the number one is looking at. */
export function firstPlace(numbers: readonly InboxNumber[], current_id: string | undefined): Place {
  const number_id = numbers.find((number) => number.id === current_id)?.id ?? numbers[0]?.id;
  return number_id === undefined ? { page: "another" } : { page: "number", number_id };
}
