/** Live lines without a wire, for tests: frames as the push service sends them, in the order it sends them. */
import type { LineFrame, OpenLine } from "@core/environment";
import type { Books } from "./books";

const FRAME_CHANGES_MAX = 500;

interface Listener {
  secret: string;
  /** Where each number's changes have been told to. */
  numbers: Map<string, string>;
  hear(frame: LineFrame): void;
}

/** They stand while they are admitted, and try again when told `reconnect`. */
export class Lines {
  readonly #numbers: ReadonlyMap<string, Books>;
  readonly #admission: (secret: string) => number | null;
  readonly #standing = new Set<Listener>();
  readonly #open = new Set<() => void>();

  constructor(numbers: ReadonlyMap<string, Books>, admission: (secret: string) => number | null) {
    this.#numbers = numbers;
    this.#admission = admission;
  }

  readonly open: OpenLine = (_origin, secret, hear) => {
    const listener: Listener = { secret, numbers: new Map(), hear };
    const connect = () => {
      if (!this.#open.has(connect) || this.#standing.has(listener)) return;
      const code = this.#admission(secret);
      if (code !== null) {
        if (code === 4401 || code === 4403) this.#open.delete(connect);
        hear({ type: "closed", code });
        return;
      }
      this.#standing.add(listener);
      hear({ type: "welcome" });
      for (const [number_id, since] of [...listener.numbers]) this.#tell(listener, number_id, since);
    };
    this.#open.add(connect);
    queueMicrotask(connect);
    return {
      follow: (numbers) => {
        const before = listener.numbers;
        listener.numbers = new Map(Object.entries(numbers).map(([id, since]) => [id, since ?? this.#head(id)]));
        if (!this.#standing.has(listener)) return;
        for (const [id, since] of listener.numbers) {
          if (before.get(id) !== since) queueMicrotask(() => this.#tell(listener, id, since));
        }
      },
      close: () => {
        this.#open.delete(connect);
        this.#standing.delete(listener);
      },
    };
  };

  /** Some feed grew. */
  push(): void {
    for (const listener of this.#standing) {
      for (const [id, since] of [...listener.numbers]) this.#tell(listener, id, since, true);
    }
  }

  reconnect(): void {
    for (const connect of this.#open) connect();
  }

  /** End every line, or those with this secret. */
  end(code: number, secret?: string): void {
    for (const listener of [...this.#standing]) {
      if (secret !== undefined && listener.secret !== secret) continue;
      this.#standing.delete(listener);
      listener.hear({ type: "closed", code });
    }
  }

  #tell(listener: Listener, number_id: string, since: string, only_news = false): void {
    if (!this.#standing.has(listener) || listener.numbers.get(number_id) !== since) return;
    const changes = this.#numbers.get(number_id)?.since(since, FRAME_CHANGES_MAX) ?? null;
    if (changes === null) {
      listener.numbers.delete(number_id);
      listener.hear({ type: "resync", number_id });
      return;
    }
    if (changes.length === 0 && only_news) return;
    const cursor = changes.at(-1)?.cursor ?? since;
    listener.numbers.set(number_id, cursor);
    listener.hear({ type: "changes", number_id, cursor, changes: structuredClone(changes) });
    if (changes.length > 0) this.#tell(listener, number_id, cursor, true);
  }

  #head(number_id: string): string {
    return this.#numbers.get(number_id)?.head ?? "";
  }
}
