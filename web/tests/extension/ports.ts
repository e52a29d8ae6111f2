/** Runtime ports between two ends in memory, and a storage area, as far as the extension uses them. */
import type { Store } from "../../extension/settings";

type Listen<T> = { addListener(call: (value: T) => void): void };

export interface Sender {
  tab?: number;
  frame?: number;
  url?: string;
}

/** The worker's end of a port; `said` is what it told the other end. */
export class Port {
  readonly said: unknown[] = [];
  open = true;
  readonly name: string;
  readonly sender: chrome.runtime.MessageSender;
  private readonly hears: ((word: unknown) => void)[] = [];
  private readonly ends: (() => void)[] = [];
  readonly onMessage: Listen<unknown> = { addListener: (call) => void this.hears.push(call) };
  readonly onDisconnect: Listen<void> = { addListener: (call) => void this.ends.push(call) };

  constructor(name: string, { tab = 1, frame = 0, url = "" }: Sender = {}) {
    this.name = name;
    this.sender = { tab: { id: tab } as chrome.tabs.Tab, frameId: frame, url };
  }

  postMessage(word: unknown): void {
    if (!this.open) throw new Error("disconnected");
    this.said.push(structuredClone(word));
  }

  /** From this end: the other one is told, this one is not. */
  disconnect(): void {
    this.open = false;
  }

  /** What the other end says. */
  say(word: unknown): void {
    for (const hear of this.hears) hear(structuredClone(word));
  }

  /** The other end goes. */
  leave(): void {
    this.open = false;
    for (const end of this.ends) end();
  }

  get as(): chrome.runtime.Port {
    return this as unknown as chrome.runtime.Port;
  }

  /** The last word of this type that was told. */
  last<T = Record<string, unknown>>(type: string): T | undefined {
    return this.said.findLast((word) => (word as { type: string }).type === type) as T | undefined;
  }
}

export class MemoryStore implements Store {
  readonly held = new Map<string, unknown>();

  async get(key: string): Promise<Record<string, unknown>> {
    return this.held.has(key) ? { [key]: structuredClone(this.held.get(key)) } : {};
  }

  async set(values: Record<string, unknown>): Promise<void> {
    for (const [key, value] of Object.entries(values)) this.held.set(key, structuredClone(value));
  }

  async remove(key: string): Promise<void> {
    this.held.delete(key);
  }
}
