/** Which field of the form a refusal of Graph's concerns, so that Meta's words stand next to it. */
import type { GraphError } from "@core/chat";

export type Blamed = "phone_number_id" | "access_token" | "form";

// Meta's codes about who asks: the token is wrong, has ended, or lacks a permission.
const ABOUT_TOKEN = new Set([0, 3, 10, 102, 190, 2500, 131005]);
// Codes about what is asked for: no such id, or the id of something that is not a number.
const ABOUT_NUMBER = new Set([33, 100, 803]);

export function blame(refusal: Pick<GraphError, "code">): Blamed {
  // Our own server sees it before Graph does.
  if (refusal.code === "bad_token") return "access_token";
  const code = typeof refusal.code === "number" ? refusal.code : Number.NaN;
  if (ABOUT_TOKEN.has(code) || (code >= 200 && code <= 299)) return "access_token";
  if (ABOUT_NUMBER.has(code)) return "phone_number_id";
  return "form";
}
