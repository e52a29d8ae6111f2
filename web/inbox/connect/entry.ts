/** What somebody has typed into one field so far, and what may be said about it by now. */
import type { Remark } from "@inbox/form/field";
import { say } from "@inbox/speech";
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Finding } from "./check";

export class Entry {
  readonly value: Signal<string>;
  readonly finding: ReadonlySignal<Finding | null>;
  // Nobody is corrected while still typing for the first time.
  readonly #judged = signal(false);

  constructor(check: (typed: string) => Finding | null, value = "") {
    this.value = signal(value);
    this.finding = computed(() => check(this.value.value));
  }

  get empty(): boolean {
    return this.value.value.trim() === "";
  }

  get wrong(): boolean {
    return this.finding.value?.level === "error";
  }

  get remark(): Remark | null {
    const found = this.#judged.value ? this.finding.value : null;
    return found && { level: found.level, text: say(found.phrase) };
  }

  type(value: string): void {
    this.value.value = value;
  }

  /** Somebody left the field: an empty one is only wrong once the form is sent. */
  leave(): void {
    if (!this.empty) this.#judged.value = true;
  }

  judge(): void {
    this.#judged.value = true;
  }

  clear(): void {
    this.value.value = "";
    this.#judged.value = false;
  }
}
