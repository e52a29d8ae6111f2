/** Why something did not work, in one short sentence. */
import { Problem, Unreachable } from "@core/problem";
import { say } from "@inbox/speech";

export function reasonOf(error: unknown): string {
  if (error instanceof Unreachable) return say("reason.unreachable");
  if (error instanceof Problem && error.status === 429) return say("reason.busy");
  if (error instanceof Problem && error.status >= 500) return say("reason.server");
  return error instanceof Problem ? (error.detail ?? error.title) : say("reason.unexpected");
}
