/** Everything around an inbox, for tests: a server in memory, a clock that is wound by hand, a small durable memory. */
import type { Clock, Environment, Keep } from "@core/environment";
import { type Signal, signal } from "@preact/signals";
import "fake-indexeddb/auto"; // idb looks for the global classes
import { IDBFactory } from "fake-indexeddb";
import { Server } from "./server";

export class ManualClock implements Clock {
  #now: number;
  #steady = 5_000;
  #waits: { at: number; call: () => void }[] = [];

  constructor(now_ms = Date.parse("2026-03-01T09:00:00.000Z")) {
    this.#now = now_ms;
  }

  now(): number {
    return this.#now;
  }

  steady(): number {
    return this.#steady;
  }

  after(delay_ms: number, call: () => void): () => void {
    const wait = { at: this.#steady + delay_ms, call };
    this.#waits.push(wait);
    return () => {
      this.#waits = this.#waits.filter((each) => each !== wait);
    };
  }

  /** Time passes; what falls due happens in order, each followed by what it set off. */
  async pass(ms: number): Promise<void> {
    const until = this.#steady + ms;
    for (;;) {
      await settled();
      const due = this.#waits.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#waits = this.#waits.filter((each) => each !== due);
      this.#now += Math.max(0, due.at - this.#steady);
      this.#steady = Math.max(this.#steady, due.at);
      due.call();
    }
    this.#now += until - this.#steady;
    this.#steady = until;
    await settled();
  }

  /** Somebody sets this machine's clock; no time passes. */
  set(now_ms: number): void {
    this.#now = now_ms;
  }

  /** The machine sleeps: its steady clock stands still. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

export class MemoryKeep implements Keep {
  readonly kept = new Map<string, string>();

  async get(key: string): Promise<unknown> {
    const kept = this.kept.get(key);
    return kept === undefined ? undefined : JSON.parse(kept);
  }

  async set(key: string, value: unknown): Promise<void> {
    this.kept.set(key, JSON.stringify(value));
  }

  async remove(key: string): Promise<void> {
    this.kept.delete(key);
  }
}

export interface Stage {
  server: Server;
  clock: ManualClock;
  keep: MemoryKeep;
  online: Signal<boolean>;
  visible: Signal<boolean>;
  environment: Environment;
}

/** A fresh one; give `keep`, `databases` and `server` of another to be the same browser after a reload. */
export function stage(over: Partial<Omit<Stage, "environment"> & Environment> = {}): Stage {
  const clock = over.clock instanceof ManualClock ? over.clock : new ManualClock();
  // The world's time goes on evenly, whatever this machine's clock says.
  const began = clock.now() - clock.steady();
  const server = over.server ?? new Server(() => began + clock.steady());
  const keep = over.keep instanceof MemoryKeep ? over.keep : new MemoryKeep();
  const online = (over.online as Signal<boolean> | undefined) ?? signal(true);
  const visible = (over.visible as Signal<boolean> | undefined) ?? signal(true);
  const environment: Environment = {
    origin: server.origin,
    fetch: over.fetch ?? server.fetch,
    keep,
    clock,
    openLine: over.openLine ?? server.openLine,
    databases: over.databases === undefined ? new IDBFactory() : over.databases,
    online,
    visible,
    newId: over.newId ?? (() => crypto.randomUUID()),
  };
  return { server, clock, keep, online, visible, environment };
}

/** Until nothing that is under way can go on by itself. */
export async function settled(rounds = 12): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
