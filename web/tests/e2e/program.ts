/** One of our programs as a child process: started, ready, stopped, killed, started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../..");
const PYTHON = resolve(ROOT, ".venv/bin/python");
const READY_MS_MAX = 30_000;

export class Program {
  private child: ChildProcess | undefined;

  constructor(
    private readonly module: string,
    readonly port: number,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly log: string,
  ) {}

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const told = Object.entries(process.env).filter(([name]) => !/^(INBOX|SIMULATOR)_/.test(name));
    const output = openSync(this.log, "a");
    this.child = spawn(PYTHON, ["-m", this.module], {
      cwd: ROOT,
      env: { ...Object.fromEntries(told), ...this.environment },
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await ended;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_MS_MAX;
    while (Date.now() < deadline) {
      if (this.child?.exitCode !== null) break;
      const answer = await fetch(`${this.origin}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${this.module} did not become ready; its log is ${this.log}`);
  }
}

/** A port of this machine that nobody listens on now. */
export async function freePort(): Promise<number> {
  return await new Promise((found, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? found(address.port) : failed(new Error("no port"))));
    });
  });
}
