/** What can be seen of a pasted credential before anybody is asked: pure, and each finding names its phrase. */

/** An `error` cannot be right; a `warning` is unusual, and Meta has the last word. */
export interface Finding {
  level: "error" | "warning";
  phrase: string;
}

const error = (phrase: string): Finding => ({ level: "error", phrase });
const warning = (phrase: string): Finding => ({ level: "warning", phrase });

const SECRET_LENGTH_MAX = 1024;
const VERIFY_TOKEN_LENGTH_MAX = 256;
const LABEL_LENGTH_MAX = 128;
const NUMBER_ID_LENGTH_MAX = 64;

export function checkPhoneNumberId(typed: string): Finding | null {
  const value = typed.trim();
  if (value === "") return error("check.number_id.required");
  if (/^\+|^\(|[\s().-]/.test(value) && /^[+\d\s().-]+$/.test(value)) return error("check.number_id.is_phone");
  if (!/^\d+$/.test(value)) return error("check.number_id.digits");
  if (value.length > NUMBER_ID_LENGTH_MAX) return error("check.too_long");
  return null;
}

export function checkAccessToken(typed: string): Finding | null {
  const value = typed.trim();
  if (value === "") return error("check.token.required");
  if (/^bearer(\s|$)/i.test(value)) return error("check.token.bearer");
  if (/^["'`].*["'`]$/s.test(value)) return error("check.secret.quotes");
  if (/\s/.test(value)) return error("check.secret.spaces");
  if (!/^[!-~]+$/.test(value)) return error("check.secret.letters");
  if (value.length > SECRET_LENGTH_MAX) return error("check.too_long");
  if (value.includes("|")) return warning("check.token.app");
  if (!value.startsWith("EAA")) return warning("check.token.unusual");
  return null;
}

export function checkVerifyToken(value: string): Finding | null {
  if (value.trim() === "") return error("check.verify.required");
  if (value !== value.trim()) return error("check.verify.edges");
  if (value.length > VERIFY_TOKEN_LENGTH_MAX) return error("check.too_long");
  return null;
}

export function checkAppSecret(typed: string): Finding | null {
  const value = typed.trim();
  if (value === "") return null;
  if (/\s/.test(value)) return error("check.secret.spaces");
  if (!/^[!-~]+$/.test(value)) return error("check.secret.letters");
  if (value.length > SECRET_LENGTH_MAX) return error("check.too_long");
  if (value.startsWith("EAA")) return warning("check.secret.is_token");
  if (!/^[0-9a-f]{32}$/i.test(value)) return warning("check.secret.unusual");
  return null;
}

export function checkDisplayNumber(typed: string): Finding | null {
  return typed.trim().length > LABEL_LENGTH_MAX ? error("check.too_long") : null;
}
