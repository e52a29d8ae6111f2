/** Why something that was said here never left: in the reader's language where the outbox itself refused it. */
import { say } from "@inbox/speech";

const OURS: ReadonlySet<string> = new Set(["expired", "outbox_full", "waited_too_long"]);

export function refusedWords({ code, title }: { code: string; title: string }): string {
  return OURS.has(code) ? say(`refused.${code}`) : title;
}
