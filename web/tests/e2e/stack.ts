/** A whole installation for browser tests: all services in one process on a store of its own, and the simulator. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "./http.ts";
import { freePort, Program } from "./program.ts";

// Quick customers, and a Meta that tries again soon.
const DIALS = {
  SIMULATOR_CAST: "none",
  SIMULATOR_SPEED: "20",
  SIMULATOR_RETRY_DELAY_S: "0.2",
  SIMULATOR_RETRY_DELAY_S_MAX: "1",
  SIMULATOR_PAIR_INTERVAL_S: "0",
  // One webhook after the other: what is written within one second is then shown in the order of writing.
  SIMULATOR_CONCURRENCY: "1",
};

export class Stack {
  private constructor(
    readonly inbox: Program,
    readonly simulator: Program,
    private readonly folder: string,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), "inbox-e2e-"));
    const [port, simulated] = [await freePort(), await freePort()];
    const simulator = new Program(
      "simulator",
      simulated,
      { ...DIALS, SIMULATOR_PORT: String(simulated) },
      join(folder, "simulator.log"),
    );
    const inbox = new Program(
      "services",
      port,
      {
        INBOX_PORT: String(port),
        INBOX_DATA_DIR: join(folder, "kept"),
        INBOX_SIGNUP: "open",
        INBOX_EXTENSION_IDS: "*",
        INBOX_GRAPH_URL: simulator.origin,
        INBOX_GRAPH_DEADLINE_S: "3",
        INBOX_PARKED_SWEEP_S: "1",
        ...settings,
      },
      join(folder, "inbox.log"),
    );
    await Promise.all([simulator.start(), inbox.start()]);
    return new Stack(inbox, simulator, folder);
  }

  get origin(): string {
    return this.inbox.origin;
  }

  get storeSocket(): string {
    return join(this.folder, "kept", "store", "valkey.sock");
  }

  /** The simulator's admin API. */
  async simulate<T>(method: string, path: string, body?: unknown): Promise<T> {
    return await ask<T>(method, `${this.simulator.origin}/simulator${path}`, { body });
  }

  async end(): Promise<void> {
    await Promise.all([this.inbox.stop(), this.simulator.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
