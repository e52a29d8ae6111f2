/** What a token may: the live socket reads, so `live` never comes without `read`. */

export const SCOPES = ["read", "send", "live"] as const;
export type Scope = (typeof SCOPES)[number];

export function withScope(scopes: readonly Scope[], added: Scope): Scope[] {
  return SCOPES.filter((scope) => scope === added || scopes.includes(scope) || (added === "live" && scope === "read"));
}

export function without(scopes: readonly Scope[], taken: Scope): Scope[] {
  return scopes.filter((scope) => scope !== taken && !(taken === "read" && scope === "live"));
}
