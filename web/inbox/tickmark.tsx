/** How far an outbound message has got, as a small sign: clock, one tick, two, two in blue, an alert. */
import { say } from "./speech";
import style from "./tickmark.module.css";

export type Tick = "clock" | "sent" | "delivered" | "read" | "alert" | "unknown";

const ONE = "M1.4 5.9 4.5 9.1 10.6 1.7";
const SECOND = "M8 8.1 8.9 9.1 15 1.7";

/** `spoken` gives it a name of its own; leave it out where the row already says it. */
export function Tickmark({ tick, spoken = true }: { tick: Tick; spoken?: boolean }) {
  const [width, height] = SIZES[tick];
  const drawing = (
    <svg aria-hidden="true" class={style[tick]} width={width} height={height} viewBox={BOXES[tick]} fill="none">
      <Sign tick={tick} />
    </svg>
  );
  if (!spoken) return drawing;
  return (
    <span role="img" aria-label={say(`tick.${tick}`)}>
      {drawing}
    </span>
  );
}

const TICKS_BOX = "0 0 16 11";
const ROUND_BOX = "0 0 16 16";
const BOXES = {
  clock: ROUND_BOX,
  sent: "0 0 12 11",
  delivered: TICKS_BOX,
  read: TICKS_BOX,
  alert: ROUND_BOX,
  unknown: ROUND_BOX,
};
const SIZES: Record<Tick, [width: number, height: number]> = {
  clock: [14, 14],
  sent: [12, 11],
  delivered: [16, 11],
  read: [16, 11],
  alert: [15, 15],
  unknown: [15, 15],
};

function Sign({ tick }: { tick: Tick }) {
  switch (tick) {
    case "clock":
      return (
        <g class={style.line}>
          <circle cx="8" cy="8" r="6.2" />
          <path d="M8 4.4V8.2L10.6 9.7" />
        </g>
      );
    case "sent":
      return <path class={style.line} d={ONE} />;
    case "delivered":
    case "read":
      return <path class={style.line} d={`${ONE}${SECOND}`} />;
    case "alert":
      return (
        <>
          <circle cx="8" cy="8" r="7.2" fill="currentColor" />
          <path class={style.hole} d="M8 4.2V8.8M8 11.5V11.6" />
        </>
      );
    case "unknown":
      return (
        <>
          <circle cx="8" cy="8" r="7.2" fill="currentColor" />
          <path class={style.hole} d="M6 6.2A2 2 0 1 1 8.6 8.1C8.1 8.4 8 8.7 8 9.2M8 11.6V11.7" />
        </>
      );
  }
}
