/** What webhooks have brought of each kind, and when last: what arrives is the best proof that the way is open. */
import type { components } from "@core/schema";
import { say } from "@inbox/speech";
import { moment } from "../connect/moment";
import style from "./came.module.css";

type LastOfKind = components["schemas"]["LastOfKind"];

export function Came({ webhooks, now_ms }: { webhooks: LastOfKind[]; now_ms: number }) {
  if (webhooks.length === 0) return null;
  return (
    <section>
      <h3 class={style.title}>{say("doctor.came")}</h3>
      <dl class={style.kinds}>
        {webhooks.map(({ kind, at }) => (
          <div key={kind} class={style.kind}>
            <dt>{named(kind)}</dt>
            <dd>{moment(at, now_ms)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A kind that a newer server knows is shown by its own word. */
function named(kind: string): string {
  const id = `doctor.kind.${kind}`;
  const said = say(id);
  return said === id ? kind : said;
}
