/** Where something floating is put: beside what it belongs to, and always inside of what can be seen. */
import type { Beside } from "./desk";

/** The one tooltip of the conversation, for whatever it describes. */
export const TIP_ID = "thread-tip";

const MARGIN = 8;
const GAP = 4;

export interface Size {
  width: number;
  height: number;
}

/** Below, or above where there is no room below; flush with the nearer side. */
export function placed(beside: Beside, size: Size, viewport: Size): { left: number; top: number } {
  const below = beside.bottom + GAP;
  const above = beside.top - GAP - size.height;
  const fits = below + size.height <= viewport.height - MARGIN;
  const top = fits || above < MARGIN ? below : above;
  const middle = (beside.left + beside.right) / 2;
  const left = middle > viewport.width / 2 ? beside.right - size.width : beside.left;
  return {
    left: clamp(left, MARGIN, viewport.width - size.width - MARGIN),
    top: clamp(top, MARGIN, viewport.height - size.height - MARGIN),
  };
}

/** The lower bound wins where both cannot hold: what is too large starts at the edge. */
function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
