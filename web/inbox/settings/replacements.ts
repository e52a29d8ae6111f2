/** What may be changed about the credentials of a connected number, and the request that changes just that. */
import type { InboxNumber } from "@core/chat";
import { checkAccessToken, checkAppSecret, checkDisplayNumber, checkVerifyToken, type Finding } from "../connect/check";
import { Entry } from "../connect/entry";

export const SECRETS = ["access_token", "verify_token", "app_secret"] as const;
export type Secret = (typeof SECRETS)[number];
export type Replacing = ReadonlySet<Secret>;
export type Replacements = Record<Secret | "display_number", Entry>;

export interface NumberChange {
  access_token?: string;
  verify_token?: string;
  app_secret?: string;
  display_number?: string;
}

export function replacements(number: InboxNumber): Replacements {
  const label = number.display_number ?? "";
  return {
    access_token: new Entry(checkAccessToken),
    verify_token: new Entry(checkVerifyToken),
    // Not optional here: whoever opened the field wants to put one in.
    app_secret: new Entry((typed) => (typed.trim() === "" ? missing : checkAppSecret(typed))),
    display_number: new Entry((typed) => (label && typed.trim() === "" ? stays : checkDisplayNumber(typed)), label),
  };
}

/** Only what differs: a secret that nobody replaces is not in the request at all. */
export function changed(number: InboxNumber, entries: Replacements, replacing: Replacing): NumberChange {
  const body: NumberChange = {};
  for (const name of SECRETS) {
    if (replacing.has(name)) body[name] = entries[name].value.value.trim();
  }
  const label = entries.display_number.value.value.trim();
  if (label !== "" && label !== number.display_number) body.display_number = label;
  return body;
}

const missing: Finding = { level: "error", phrase: "check.secret.required" };
const stays: Finding = { level: "error", phrase: "check.display.stays" };
