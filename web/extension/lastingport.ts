/** A port to the worker that comes back: workers are stopped, restarted and updated without asking anybody. */

const AGAIN_MS = 250;
const AGAIN_MS_MAX = 10_000;

export interface Ends<Heard> {
  /** Connected, the first time and each time after. */
  opened(): void;
  hear(word: Heard): void;
  /** Lost; it is trying again. */
  lost?(): void;
  /** The extension itself was updated or removed: nothing of this page will ever reach it again. */
  orphaned?(): void;
}

export class LastingPort<Said, Heard> {
  private port: chrome.runtime.Port | null = null;
  private again_ms = AGAIN_MS;

  constructor(
    private readonly name: string,
    private readonly ends: Ends<Heard>,
  ) {}

  open(): void {
    const port = connect(this.name);
    this.port = port;
    if (!port) {
      this.ends.orphaned?.();
      return;
    }
    // Only our own worker can speak here, so its words are taken as they are.
    port.onMessage.addListener((word: Heard) => {
      this.again_ms = AGAIN_MS;
      this.ends.hear(word);
    });
    port.onDisconnect.addListener(() => {
      this.port = null;
      this.ends.lost?.();
      setTimeout(() => this.open(), this.again_ms);
      this.again_ms = Math.min(this.again_ms * 2, AGAIN_MS_MAX);
    });
    this.ends.opened();
  }

  /** What is said while there is no port is lost: `opened` says where things stand. */
  say(word: Said): void {
    try {
      this.port?.postMessage(word);
    } catch {
      // it is being lost just now
    }
  }
}

/** null when there is no extension any more: either it has no id, or asking throws. */
function connect(name: string): chrome.runtime.Port | null {
  try {
    return chrome.runtime?.id === undefined ? null : chrome.runtime.connect({ name });
  } catch {
    return null;
  }
}
