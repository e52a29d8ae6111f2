/** Up to which version of Emoji this machine has pictures; what is newer would be empty boxes. */

// One of each version that stands alone, newest first.
const PROBES: readonly (readonly [version: number, emoji: string])[] = [
  [17, "🫪"],
  [16, "🫩"],
  [15.1, "🙂‍↔️"],
  [15, "🫨"],
  [14, "🫠"],
  [13, "🥲"],
  [12, "🥱"],
  [11, "🥰"],
];
const SIZE = 16;

let known: number | null = null;

/** Everything where nothing can be found out, as without a canvas or without any font of emoji. */
export function versionDrawn(): number {
  known ??= PROBES.find(([, emoji]) => isPicture(emoji))?.[0] ?? Number.POSITIVE_INFINITY;
  return known;
}

/** A picture keeps its colours whatever it is drawn with, and one emoji is not as wide as two. */
function isPicture(emoji: string): boolean {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pen) return false;
  pen.textBaseline = "top";
  pen.font = `${SIZE}px sans-serif`;
  const drawn = ["#000", "#fff"].map((colour) => {
    pen.clearRect(0, 0, SIZE * 2, SIZE * 2);
    pen.fillStyle = colour;
    pen.fillText(emoji, 0, 0);
    return pen.getImageData(0, 0, SIZE, SIZE).data.join();
  });
  return drawn[0] === drawn[1] && pen.measureText(emoji).width < SIZE * 2;
}
