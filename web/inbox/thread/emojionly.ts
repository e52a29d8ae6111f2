/** Whether words are nothing but a few emoji, which are then drawn larger. */

// Built by name: the pattern of whole emoji needs the flag `v`, which the language level of the build does not know.
const EMOJI = "\\p{RGI_Emoji}";
const FEW = new RegExp(`^(?:${EMOJI}\\s*){1,3}$`, "v");
const ONE = new RegExp(EMOJI, "gv");
const LENGTH_MAX = 64; // three of the longest, families with skin tones, and spaces

/** How many emoji when there are one to three and nothing else; otherwise 0. */
export function emojiOnly(text: string): 0 | 1 | 2 | 3 {
  if (text.length > LENGTH_MAX || !FEW.test(text)) return 0;
  return Math.min(3, text.match(ONE)?.length ?? 0) as 0 | 1 | 2 | 3;
}
