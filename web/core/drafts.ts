/** What was typed and not sent, per conversation: kept soon after it was typed, so that it survives a reload. */
import { effect, type Signal, signal, untracked } from "@preact/signals";
import type { Clock, Keep } from "./environment";

/** A pause in typing; a crash costs at most this. */
const PAUSE_MS = 400;
/** The drafts touched last stay; a person has a handful. */
const DRAFTS_MAX = 200;
/** Twice what can be sent: longer is a paste by mistake, of which the beginning is kept. */
const DRAFT_LENGTH_MAX = 8_192;
/** Conversations looked at in one visit, of which those with nothing typed are let go first. */
const HELD_MAX = 1_000;

interface Draft {
  contact_id: string;
  text: string;
}

interface Held {
  draft: Signal<string>;
  stop(): void;
}

export class Drafts {
  readonly #keep: Keep;
  readonly #clock: Clock;
  readonly #key: string;
  readonly #held = new Map<string, Held>();
  /** Typed in since the last writing. */
  readonly #changed = new Set<string>();
  readonly #loaded: Promise<void>;
  #stored: readonly Draft[] = [];
  #forgetTimer: () => void = () => {};
  #writing: Promise<void> = Promise.resolve();
  #isLoaded = false;
  #isWiped = false;

  constructor(keep: Keep, clock: Clock, workspace_id: string, number_id: string) {
    this.#keep = keep;
    this.#clock = clock;
    this.#key = keyOf(workspace_id, number_id);
    this.#loaded = this.#load();
  }

  /** The draft of a conversation: set it as it is typed. What an earlier page left appears as soon as it is read. */
  of(contact_id: string): Signal<string> {
    const held = this.#held.get(contact_id) ?? this.#hold(contact_id);
    return held.draft;
  }

  /** A conversation goes on under another id; what is typed under the new one already stays. */
  relabel(from: string, to: string): void {
    if (!this.#isLoaded) {
      void this.#loaded.then(() => this.relabel(from, to));
    }
    const text = this.#held.get(from)?.draft.peek() ?? this.#find(from);
    if (text === "") {
      return;
    }
    if (this.of(to).peek() === "") {
      this.of(to).value = text;
    }
    this.of(from).value = "";
  }

  /** Whoever it was typed to is erased: it goes, wherever it was typed. */
  async forget(contact_id: string): Promise<void> {
    const held = this.#held.get(contact_id);
    held?.stop();
    if (held) held.draft.value = "";
    this.#held.delete(contact_id);
    this.#changed.add(contact_id);
    await this.flush();
  }

  /** To whom something is typed. */
  async contacts(): Promise<string[]> {
    await this.#loaded;
    const held = [...this.#held].flatMap(([contact_id, { draft }]) => (draft.peek() === "" ? [] : [contact_id]));
    return [...new Set([...held, ...this.#stored.map(({ contact_id }) => contact_id)])];
  }

  /** Write now what would be written soon. */
  async flush(): Promise<void> {
    this.#forgetTimer();
    await this.#loaded;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  /** Nothing of them remains, and nothing is kept from now on. */
  async wipe(): Promise<void> {
    this.#end();
    this.#isWiped = true;
    await this.#writing;
    await this.#keep.remove(this.#key);
  }

  /** Write what is left, and stop. */
  close(): void {
    void this.flush();
    this.#end();
  }

  #end(): void {
    this.#forgetTimer();
    for (const { stop } of this.#held.values()) {
      stop();
    }
  }

  #hold(contact_id: string): Held {
    const draft = signal(this.#find(contact_id));
    let isFirst = true;
    const stop = effect(() => {
      void draft.value;
      if (!isFirst) {
        untracked(() => this.#typed(contact_id));
      }
      isFirst = false;
    });
    const held = { draft, stop };
    this.#held.set(contact_id, held);
    this.#letGo(contact_id);
    return held;
  }

  #letGo(newest: string): void {
    for (const [contact_id, { draft, stop }] of this.#held) {
      if (this.#held.size <= HELD_MAX) {
        return;
      }
      if (contact_id !== newest && draft.peek() === "" && !this.#changed.has(contact_id)) {
        stop();
        this.#held.delete(contact_id);
      }
    }
  }

  #typed(contact_id: string): void {
    this.#changed.add(contact_id);
    this.#forgetTimer();
    this.#forgetTimer = this.#clock.after(PAUSE_MS, () => void this.flush());
  }

  #find(contact_id: string): string {
    return this.#stored.find((draft) => draft.contact_id === contact_id)?.text ?? "";
  }

  async #load(): Promise<void> {
    this.#stored = await this.#read();
    this.#isLoaded = true;
    for (const [contact_id, { draft }] of this.#held) {
      // Whoever types faster than the disk reads, wins.
      if (draft.peek() === "" && !this.#changed.has(contact_id)) {
        const text = this.#find(contact_id);
        if (text !== "") {
          draft.value = text;
          this.#changed.delete(contact_id);
        }
      }
    }
  }

  /** Read again before writing: other tabs write their own conversations into the same value. */
  async #write(): Promise<void> {
    if (this.#isWiped || this.#changed.size === 0) {
      return;
    }
    const texts = new Map([...this.#changed].map((id) => [id, this.#held.get(id)?.draft.peek() ?? ""]));
    this.#changed.clear();
    const others = (await this.#read()).filter(({ contact_id }) => !texts.has(contact_id));
    const own = [...texts].flatMap(([contact_id, text]) =>
      text === "" ? [] : [{ contact_id, text: text.slice(0, DRAFT_LENGTH_MAX) }],
    );
    this.#stored = [...own, ...others].slice(0, DRAFTS_MAX);
    try {
      await (this.#stored.length > 0 ? this.#keep.set(this.#key, this.#stored) : this.#keep.remove(this.#key));
    } catch {
      // Storage that is denied or full keeps nothing; what is typed is still there on the page.
    }
  }

  async #read(): Promise<Draft[]> {
    try {
      const kept = await this.#keep.get(this.#key);
      return Array.isArray(kept) ? kept.filter(isDraft) : [];
    } catch {
      return [];
    }
  }
}

/** Remove the drafts of numbers that are not open. */
export async function wipeDrafts(keep: Keep, workspace_id: string, number_ids: readonly string[]): Promise<void> {
  await Promise.allSettled(number_ids.map((number_id) => keep.remove(keyOf(workspace_id, number_id))));
}

function keyOf(workspace_id: string, number_id: string): string {
  return `drafts ${workspace_id} ${number_id}`;
}

function isDraft(value: unknown): value is Draft {
  const draft = value as Partial<Draft> | null;
  return typeof draft?.contact_id === "string" && typeof draft.text === "string";
}
