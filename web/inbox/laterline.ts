/** A live line whose program is fetched when it is first asked for: the first view is painted without it. */
import type { Clock, Line, OpenLine } from "@core/environment";

const AGAIN_MS = 5_000;
const AGAIN_MS_MAX = 60_000; // offline and not on the shelf, or of a build that is no longer handed out
const NO_LINE = 1006; // as a socket says that never came to stand: the inbox asks instead

export function laterLine(load: () => Promise<OpenLine>, clock: Pick<Clock, "after">): OpenLine {
  return (origin, token, hear) => {
    let line: Line | null = null;
    let wanted: Readonly<Record<string, string | null>> | null = null;
    let closed = false;
    let again_ms = AGAIN_MS;
    let stopWaiting = () => {};

    async function open(): Promise<void> {
      try {
        const openLine = await load();
        if (closed) return;
        line = openLine(origin, token, hear);
        if (wanted) line.follow(wanted);
      } catch {
        if (closed) return;
        stopWaiting = clock.after(again_ms * (0.8 + 0.4 * Math.random()), () => void open());
        again_ms = Math.min(2 * again_ms, AGAIN_MS_MAX);
        hear({ type: "closed", code: NO_LINE });
      }
    }

    void open();
    return {
      follow(numbers) {
        wanted = numbers;
        line?.follow(numbers);
      },
      close() {
        closed = true;
        stopWaiting();
        line?.close();
      },
    };
  };
}
