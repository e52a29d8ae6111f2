/** Who this browser is to the server, as it is kept between visits. */
import type { Keep } from "./environment";

/** Under this key the sign-in is kept; the extension's worker reads it, too. */
export const SIGN_IN_KEY = "sign-in";

/** `session` and `token.secret` are secrets: they go into Authorization and hello, nowhere else. */
export interface SignIn {
  session: string;
  session_id: string;
  agent: { id: string; name: string };
  workspace_id: string;
  token?: { id: string; secret: string; made_here?: boolean };
}

export async function keptSignIn(keep: Keep): Promise<SignIn | null> {
  const kept = await keep.get(SIGN_IN_KEY).catch(() => null);
  return isSignIn(kept) ? kept : null;
}

export async function keepSignIn(keep: Keep, signIn: SignIn | null): Promise<void> {
  await (signIn === null ? keep.remove(SIGN_IN_KEY) : keep.set(SIGN_IN_KEY, signIn));
}

/** What another version wrote under our key is none. Checked by hand: a library for it would weigh on the first view. */
function isSignIn(kept: unknown): kept is SignIn {
  if (!hasTexts(kept, "session", "session_id", "workspace_id") || kept["session"] === "") return false;
  const { agent, token } = kept;
  return hasTexts(agent, "id", "name") && (token === undefined || hasTexts(token, "id", "secret"));
}

function hasTexts(kept: unknown, ...names: string[]): kept is Record<string, unknown> {
  if (typeof kept !== "object" || kept === null) return false;
  const parts = kept as Record<string, unknown>;
  return names.every((name) => typeof parts[name] === "string");
}
