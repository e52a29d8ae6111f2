/** How long to wait before putting back what the page took away: at once, but never a fight without end. */

const FREE = 5;
const FIRST_MS = 1_000;
const DELAY_MS_MAX = 30_000;
const QUIET_MS = 60_000;

export class Patience {
  private times = 0;
  private last_ms = Number.NEGATIVE_INFINITY;

  /** The first few times are free; after a minute of peace everything is forgiven. */
  next(now_ms: number): number {
    if (now_ms - this.last_ms > QUIET_MS) this.times = 0;
    this.last_ms = now_ms;
    this.times++;
    if (this.times <= FREE) return 0;
    return Math.min(FIRST_MS * 2 ** Math.min(this.times - FREE - 1, 16), DELAY_MS_MAX);
  }
}
