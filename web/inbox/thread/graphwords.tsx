/** A refusal of Graph's: Meta's words untouched, then what they mean and what to do. */
import type { GraphError } from "@core/chat";
import { say } from "@inbox/speech";
import style from "./graphwords.module.css";

export function GraphWords({ error }: { error: GraphError }) {
  // Meta repeats itself: title and message are often the same words. Codes that are words are our own, not Meta's.
  const words = [...new Set([error.title, error.message, error.details].filter(Boolean))];
  const meta = typeof error.code === "number";
  const facts = [
    say("failure.code", { code: String(error.code) }),
    error.subcode !== undefined && say("failure.subcode", { subcode: String(error.subcode) }),
    error.fbtrace_id && say("failure.trace", { trace: error.fbtrace_id }),
  ].filter(Boolean);
  return (
    <>
      {(meta || error.title || error.details) && (
        <blockquote class={style.meta} dir="auto">
          {words.map((line) => (
            <p key={line}>{line}</p>
          ))}
          <p class={style.facts}>{facts.join(" · ")}</p>
        </blockquote>
      )}
      <p>{[error.explanation, error.advice].filter(Boolean).join(" ")}</p>
    </>
  );
}
