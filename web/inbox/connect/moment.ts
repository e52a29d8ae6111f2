/** A moment in a sentence: the time alone today, else the day as well. */
import { daysBetween, formatDay, formatTime, say } from "@inbox/speech";

export function moment(at: string, now_ms: number): string {
  const at_ms = Date.parse(at);
  const time = formatTime(at_ms);
  if (daysBetween(at_ms, now_ms) === 0) return time;
  return say("moment.before", { day: formatDay(at_ms, now_ms), time });
}
