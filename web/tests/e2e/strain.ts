/** What a page costs while something happens to it: processor time, long tasks, elements, memory. */
import type { Page } from "@playwright/test";

export interface Strain {
  /** Processor time of the page's thread, whoever else keeps the machine busy. */
  cpu_ms: number;
  /** As the clock on the wall says, so on a busy machine longer than they are; only those over 50 ms. */
  longTasks_ms: number[];
  elements: number;
  heap_mb: number;
}

interface Noting extends Window {
  longTasks?: number[];
}

export async function strainOf(page: Page, happen: () => Promise<void>): Promise<Strain> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const metric = async (wanted: string) =>
    (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === wanted)?.value ?? 0;
  await page.evaluate(() => {
    const seen: number[] = [];
    (window as Noting).longTasks = seen;
    new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "longtask",
    });
  });
  const before = await metric("TaskDuration");
  await happen();
  const cpu_ms = ((await metric("TaskDuration")) - before) * 1000;
  await devtools.send("HeapProfiler.collectGarbage");
  const heap_mb = (await metric("JSHeapUsedSize")) / 2 ** 20;
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  const longTasks_ms = await page.evaluate(() => (window as Noting).longTasks ?? []);
  await devtools.detach();
  return { cpu_ms, longTasks_ms, elements, heap_mb };
}

/** A line for whoever reads the test's output. */
export function told(what: string, steps: number, { cpu_ms, longTasks_ms, elements, heap_mb }: Strain): string {
  const longest = Math.round(Math.max(0, ...longTasks_ms));
  const each = (cpu_ms / steps).toFixed(1);
  return `${what}: ${each} ms of processor each; ${longTasks_ms.length} long tasks, the longest ${longest} ms; ${elements} elements; ${heap_mb.toFixed(1)} MB`;
}
