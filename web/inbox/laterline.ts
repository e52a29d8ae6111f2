/** A live line whose program is fetched when it is first asked for: the first view is painted without it. */
import type { Clock, Line, OpenLine } from "@core/environment";

const AGAIN_MS = 5_000; // offline and not on the shelf: until then the inbox asks instead

export function laterLine(load: () => Promise<OpenLine>, clock: Pick<Clock, "after">): OpenLine {
  return (origin, token, hear) => {
    let line: Line | null = null;
    let wanted: Readonly<Record<string, string | null>> | null = null;
    let closed = false;
    let stopWaiting = () => {};

    async function open(): Promise<void> {
      try {
        const openLine = await load();
        if (closed) return;
        line = openLine(origin, token, hear);
        if (wanted) line.follow(wanted);
      } catch {
        if (!closed) stopWaiting = clock.after(AGAIN_MS, () => void open());
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
