/** What a page costs while something is done with it: the tasks of its main thread, its memory, its elements. */
import type { CDPSession, Page } from "@playwright/test";

export interface Cost {
  /** By the clock on the wall: what a reader sees, and whatever else this machine does at the time. */
  longest_ms: number;
  longTasks: number;
  /** What the longest task took of a core: the page's own share. */
  longest_cpu_ms: number;
  heapMb: number;
  elements: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

const LONG_MS = 50; // from here on a task is a long one to a browser
const TASK = "ThreadControllerImpl::RunTask";

export class Gauge {
  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  static async on(page: Page): Promise<Gauge> {
    return new Gauge(page, await page.context().newCDPSession(page));
  }

  /** What it costs to do this; told in the output under that name. */
  async during(name: string, act: () => Promise<void>): Promise<Cost> {
    const events: TraceEvent[] = [];
    const hear = ({ value }: { value: object[] }) => {
      for (const event of value as TraceEvent[]) if (event.name === TASK || event.ph === "M") events.push(event);
    };
    this.session.on("Tracing.dataCollected", hear);
    await this.session.send("Tracing.start", {
      transferMode: "ReportEvents",
      traceConfig: { includedCategories: ["toplevel"], excludedCategories: ["*"] },
    });
    await act();
    const complete = new Promise((done) => this.session.once("Tracing.tracingComplete", done));
    await this.session.send("Tracing.end");
    await complete;
    this.session.off("Tracing.dataCollected", hear);

    const cost = { ...longest(events), ...(await this.holds()) };
    const { longest_cpu_ms, longest_ms, longTasks, heapMb, elements } = cost;
    say(
      `${name}: longest task ${longest_cpu_ms} ms of a core (${longest_ms} ms by the clock, ${longTasks} over ${LONG_MS}); ` +
        `heap ${heapMb} MB, ${elements} elements`,
    );
    return cost;
  }

  private async holds(): Promise<Pick<Cost, "heapMb" | "elements">> {
    await this.session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await this.session.send("Runtime.getHeapUsage");
    const elements = await this.page.evaluate(() => document.querySelectorAll("*").length);
    return { heapMb: Math.round(usedSize / 1e5) / 10, elements };
  }
}

/** Beside the names of the tests, for whoever compares runs. */
export function say(words: string): void {
  process.stdout.write(`      ${words}\n`);
}

function longest(events: readonly TraceEvent[]): Pick<Cost, "longest_ms" | "longTasks" | "longest_cpu_ms"> {
  const mains = new Set(
    events
      .filter(({ ph, args }) => ph === "M" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ ph, pid, tid }) => ph === "X" && mains.has(`${pid} ${tid}`));
  const walls = tasks.map(({ dur = 0 }) => dur / 1000);
  return {
    longest_ms: Math.round(walls.reduce((a, b) => Math.max(a, b), 0)),
    longTasks: walls.filter((ms) => ms > LONG_MS).length,
    longest_cpu_ms: Math.round(tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0)),
  };
}
