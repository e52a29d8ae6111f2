/** What stands after the last row: nothing yet, nothing found, or how to see further. */
import type { OpenNumber } from "@core/opennumber";
import { useFrame } from "@inbox/context";
import { labelOf } from "@inbox/names";
import { formatCount, say } from "@inbox/speech";
import style from "./ending.module.css";
import type { Finding } from "./finding";

interface Props {
  kind: "all" | "unread" | "search";
  number: OpenNumber;
  finding: Finding;
  /** How many rows stand above. */
  shown: number;
  onMore(): void;
}

export function Ending(props: Props) {
  if (props.kind === "search") return <SearchEnding {...props} />;
  if (props.kind === "unread") return <UnreadEnding {...props} />;
  if (props.shown > 0) return null;
  return props.number.complete.value ? <NothingYet number={props.number} /> : <Waiting />;
}

function NothingYet({ number }: { number: OpenNumber }) {
  const { openSettings } = useFrame();
  return (
    <div class={style.ending}>
      <h2 class={style.title}>{say("empty.title")}</h2>
      <p>{say("empty.body", { number: labelOf(number.number.value) })}</p>
      <p>{say("empty.check")}</p>
      <button type="button" class={style.action} onClick={openSettings}>
        {say("empty.settings")}
      </button>
    </div>
  );
}

function SearchEnding({ finding, shown, number }: Props) {
  const asked = finding.asked.value;
  if (asked === "searching") return shown > 0 ? null : <Waiting />;
  if (asked === "failed") {
    return (
      <div class={style.ending} role="status">
        <p>{say(number.condition.value === "offline" ? "search.offline" : "search.failed")}</p>
        <button type="button" class={style.action} onClick={() => finding.again()}>
          {say("search.again")}
        </button>
      </div>
    );
  }
  if (shown > 0) return null;
  return (
    <div class={style.ending} role="status">
      <p>{say("search.nothing", { q: finding.typed.value.trim() })}</p>
    </div>
  );
}

function UnreadEnding({ number, shown, onMore }: Props) {
  const complete = number.complete.value;
  if (complete && shown > 0) return null;
  return (
    <div class={style.ending}>
      <p>
        {complete ? say("unread.none") : say("unread.amongLoaded", { count: formatCount(number.rows.value.length) })}
      </p>
      {!complete && (
        <button type="button" class={style.action} onClick={onMore}>
          {say("unread.more")}
        </button>
      )}
    </div>
  );
}

/** Rows to come, in grey; only after a moment, so that it does not flash. */
function Waiting() {
  return (
    <div class={style.waiting} aria-hidden="true">
      {[62, 44, 71, 53, 66].map((width) => (
        <div class={style.ghost} key={width}>
          <span class={style.face} />
          <span class={style.bars}>
            <span class={style.bar} style={{ inlineSize: `${width - 20}%` }} />
            <span class={style.bar} style={{ inlineSize: `${width}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
