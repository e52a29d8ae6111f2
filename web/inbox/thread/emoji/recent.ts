/** The emoji used last in this browser and the tone of skin chosen here. */
import type { Keep } from "@core/environment";
import { type Signal, signal } from "@preact/signals";

const KEPT_AS = "emoji";
const RECENT_MAX = 32; // four lines of the picker

export class Recent {
  readonly emoji: Signal<readonly string[]> = signal([]);
  readonly tone: Signal<number> = signal(0);
  readonly #keep: Keep;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  async load(): Promise<void> {
    const kept = await this.#keep.get(KEPT_AS).catch(() => null);
    if (typeof kept !== "object" || kept === null) return;
    const { recent, tone } = kept as { recent?: unknown; tone?: unknown };
    if (Array.isArray(recent)) this.emoji.value = recent.filter((one) => typeof one === "string").slice(0, RECENT_MAX);
    if (typeof tone === "number" && tone >= 0 && tone <= 5) this.tone.value = tone;
  }

  used(emoji: string): void {
    this.emoji.value = [emoji, ...this.emoji.value.filter((one) => one !== emoji)].slice(0, RECENT_MAX);
    this.#save();
  }

  choose(tone: number): void {
    this.tone.value = tone;
    this.#save();
  }

  #save(): void {
    void this.#keep.set(KEPT_AS, { recent: this.emoji.peek(), tone: this.tone.peek() }).catch(() => {});
  }
}
