/** What a page gives to core: the parts that a browser has, each with what to do where it is denied. */
import type { Clock, Environment, OpenLine } from "@core/environment";
import { type ReadonlySignal, signal } from "@preact/signals";
import { pageKeep } from "./keep";
import { laterLine } from "./laterline";

export function pageEnvironment(origin: string): Environment {
  return {
    origin,
    fetch: (input, init) => globalThis.fetch(input, init),
    keep: pageKeep(() => localStorage),
    clock: browserClock,
    openLine: laterLine(socket, browserClock),
    databases: reachableDatabases(),
    online: onlineSignal(),
    visible: visibleSignal(),
    newId,
  };
}

async function socket(): Promise<OpenLine> {
  const { socketLine } = await import("@core/socket");
  return socketLine({ WebSocket, clock: browserClock });
}

export const browserClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(delay_ms, call) {
    const timer = setTimeout(call, delay_ms);
    return () => clearTimeout(timer);
  },
};

/** Where storage is denied, naming it may throw; opening it may still fail later, which is the cache's to bear. */
export function reachableDatabases(): IDBFactory | null {
  try {
    return globalThis.indexedDB ?? null;
  } catch {
    return null;
  }
}

export function onlineSignal(): ReadonlySignal<boolean> {
  const online = signal(navigator.onLine);
  addEventListener("online", () => {
    online.value = true;
  });
  addEventListener("offline", () => {
    online.value = false;
  });
  return online;
}

export function visibleSignal(): ReadonlySignal<boolean> {
  const visible = signal(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", () => {
    visible.value = document.visibilityState === "visible";
  });
  return visible;
}

/** A random UUID; on plain http to another machine browsers hide `randomUUID` but not the dice behind it. */
export function newId(dice: Crypto = crypto): string {
  if (typeof dice.randomUUID === "function") return dice.randomUUID();
  const bytes = dice.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
