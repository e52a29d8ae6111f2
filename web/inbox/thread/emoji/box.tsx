/** The emoji picker: search, the ones used last, all groups, tones of skin; by pointer and by keyboard alike. */
import { useInbox } from "@inbox/context";
import { language, say } from "@inbox/speech";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Box } from "../box";
import type { Beside } from "../desk";
import style from "./box.module.css";
import { Grid } from "./grid";
import { Recent } from "./recent";
import { type Group, lines } from "./shelf";
import { versionDrawn } from "./support";
import { type Emoji, emojiTable, searched, toned } from "./table";
import { Tones } from "./tones";

/** The groups of Unicode by their numbers, with a picture for each. */
const GROUPS: readonly (readonly [number: number, words: string, picture: string])[] = [
  [0, "emoji.smileys", "😀"],
  [1, "emoji.people", "👋"],
  [3, "emoji.nature", "🐻"],
  [4, "emoji.food", "🍔"],
  [5, "emoji.travel", "🚗"],
  [6, "emoji.activities", "⚽"],
  [7, "emoji.objects", "💡"],
  [8, "emoji.symbols", "❤️"],
  [9, "emoji.flags", "🏁"],
];

export function EmojiBox({ beside, onPick }: { beside: Beside; onPick(emoji: string): void }) {
  const { environment } = useInbox();
  const recent = useMemo(() => new Recent(environment.keep), [environment]);
  const table = useSignal<readonly Emoji[] | null>(null);
  const failed = useSignal(false);
  const asked = useSignal("");
  const jump = useSignal<string | null>(null);
  const search = useRef<HTMLInputElement>(null);

  useLayoutEffect(() => {
    search.current?.focus();
    void recent.load();
  }, [recent]);
  useSignalEffect(() => {
    emojiTable(language.value, versionDrawn()).then(
      (loaded) => {
        table.value = loaded;
      },
      () => {
        failed.value = true;
      },
    );
  });

  const tone = recent.tone.value;
  const pick = (emoji: string) => {
    recent.used(emoji);
    onPick(emoji);
  };
  const known = table.value ?? [];
  const shelf = useMemo(
    () => lines(asked.value ? found(known, asked.value) : groups(known, recent.emoji.peek())),
    [known, asked.value, recent.emoji.peek().length > 0],
  );
  const first = shelf.find((line) => line.kind === "cells")?.cells[0];

  return (
    <Box beside={beside} class={style.box} label={say("emoji.title")}>
      <div class={style.top}>
        <input
          ref={search}
          class={style.search}
          type="search"
          value={asked.value}
          placeholder={say("emoji.search")}
          aria-label={say("emoji.search")}
          autocomplete="off"
          onInput={(event) => {
            asked.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.isComposing || event.key !== "Enter" || !first) return;
            event.preventDefault();
            pick(toned(first, tone));
          }}
        />
        <Tones tone={tone} onChoose={(chosen) => recent.choose(chosen)} />
      </div>
      <div class={style.groups} role="toolbar" aria-label={say("emoji.groups")}>
        {GROUPS.map(([, words, picture]) => (
          <button
            key={words}
            type="button"
            class={style.group}
            aria-label={say(words)}
            title={say(words)}
            onClick={() => {
              asked.value = "";
              jump.value = say(words);
            }}
          >
            {picture}
          </button>
        ))}
      </div>
      {shelf.length > 0 ? (
        <Grid shelf={shelf} tone={tone} jump={jump} search={search} onPick={pick} />
      ) : (
        <p class={style.none} role="status">
          {failed.value ? say("emoji.failed") : table.value ? say("emoji.none") : ""}
        </p>
      )}
    </Box>
  );
}

function found(table: readonly Emoji[], asked: string): Group[] {
  return [{ words: say("emoji.found"), emoji: searched(table, asked) }];
}

function groups(table: readonly Emoji[], recent: readonly string[]): Group[] {
  const last = recent.map((emoji) => {
    const name = table.find((one) => one.emoji === emoji || one.tones.includes(emoji))?.name ?? emoji;
    return { emoji, name, group: -1, tones: [], words: [] };
  });
  const all = GROUPS.map(([number, words]) => ({
    words: say(words),
    emoji: table.filter((one) => one.group === number),
  }));
  return table.length > 0 ? [{ words: say("emoji.recent"), emoji: last }, ...all] : [];
}
