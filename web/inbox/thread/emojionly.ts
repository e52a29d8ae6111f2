/** Whether words are nothing but a few emoji, which are then drawn larger. */

// By graphemes: the pattern of all whole emoji (`\p{RGI_Emoji}`) takes half a second to build.
const EMOJI =
  /^(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\u2764)/u;
const LENGTH_MAX = 64; // three of the longest, families with skin tones, and spaces
const COUNT_MAX = 3;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many emoji when there are one to three and nothing else; otherwise 0. */
export function emojiOnly(text: string): 0 | 1 | 2 | 3 {
  const wanted = text.trim();
  if (wanted.length > LENGTH_MAX || !EMOJI.test(wanted)) return 0;
  let count = 0;
  for (const { segment } of graphemes.segment(wanted)) {
    if (segment.trim() === "") continue;
    count++;
    if (count > COUNT_MAX || !EMOJI.test(segment)) return 0;
  }
  return count as 1 | 2 | 3;
}
