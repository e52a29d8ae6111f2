/** Who this browser is to the server, as it is kept between visits. */
import * as v from "valibot";
import type { Keep } from "./environment";

/** Under this key the sign-in is kept; the extension's worker reads it, too. */
export const SIGN_IN_KEY = "sign-in";

const SHAPE = v.object({
  session: v.pipe(v.string(), v.nonEmpty()),
  session_id: v.string(),
  agent: v.object({ id: v.string(), name: v.string() }),
  workspace_id: v.string(),
  token: v.exactOptional(v.object({ id: v.string(), secret: v.string(), made_here: v.exactOptional(v.boolean()) })),
});

/** `session` and `token.secret` are secrets: they go into Authorization and hello, nowhere else. */
export type SignIn = v.InferOutput<typeof SHAPE>;

export async function keptSignIn(keep: Keep): Promise<SignIn | null> {
  const kept = v.safeParse(SHAPE, await keep.get(SIGN_IN_KEY).catch(() => null));
  return kept.success ? kept.output : null;
}

export async function keepSignIn(keep: Keep, signIn: SignIn | null): Promise<void> {
  await (signIn === null ? keep.remove(SIGN_IN_KEY) : keep.set(SIGN_IN_KEY, signIn));
}
