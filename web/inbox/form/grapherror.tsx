/** A refusal of Graph's: Meta's words, code and trace id untouched, then what they mean and what to do. */
import type { GraphError } from "@core/chat";
import { say } from "@inbox/speech";
import style from "./grapherror.module.css";
import { Notice } from "./notice";

interface Props {
  error: GraphError;
  title?: string;
  /** What to do about it here, where that is known better than from the code alone. */
  advice?: string;
  /** It was there before anybody looked: nothing to interrupt a reader for. */
  calm?: boolean;
}

export function GraphErrorNotice({ error, title, advice, calm }: Props) {
  const ours = advice ?? [error.explanation, error.advice].filter(Boolean).join(" ");
  const facts = [
    say("graph.code", { code: String(error.code) }),
    error.subcode !== undefined && say("graph.subcode", { code: String(error.subcode) }),
    error.fbtrace_id !== undefined && say("graph.trace", { trace: error.fbtrace_id }),
  ].filter((fact) => typeof fact === "string");
  return (
    <Notice kind="error" calm={calm ?? false} title={title ?? say("graph.refused")}>
      <blockquote class={style.words} lang="en" dir="ltr">
        {error.title !== undefined && error.title !== error.message && <p>{error.title}</p>}
        <p>{error.message}</p>
        {error.details !== undefined && error.details !== error.message && <p>{error.details}</p>}
      </blockquote>
      <p class={style.facts}>{facts.join(" · ")}</p>
      {ours && <p class={style.ours}>{ours}</p>}
    </Notice>
  );
}
