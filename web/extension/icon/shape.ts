/** Our sign, a cloud that speaks: drawn once here, for the toolbar, the dock and the pages. */

export interface Shape {
  /** Absolute M, L, C and Z only, so that the smallest of painters can follow. */
  d: string;
  fill: string;
}

export const SIZE = 128;

// A quarter of a circle as one Bézier curve.
const KAPPA = 0.5523;

function circle(x: number, y: number, r: number): string {
  const k = r * KAPPA;
  return (
    `M${x - r} ${y}C${x - r} ${y - k} ${x - k} ${y - r} ${x} ${y - r}C${x + k} ${y - r} ${x + r} ${y - k} ${x + r} ${y}` +
    `C${x + r} ${y + k} ${x + k} ${y + r} ${x} ${y + r}C${x - k} ${y + r} ${x - r} ${y + k} ${x - r} ${y}Z`
  );
}

function tile(r: number): string {
  const k = r * (1 - KAPPA);
  const end = SIZE - r;
  return (
    `M0 ${r}C0 ${k} ${k} 0 ${r} 0L${end} 0C${SIZE - k} 0 ${SIZE} ${k} ${SIZE} ${r}L${SIZE} ${end}` +
    `C${SIZE} ${SIZE - k} ${SIZE - k} ${SIZE} ${end} ${SIZE}L${r} ${SIZE}C${k} ${SIZE} 0 ${SIZE - k} 0 ${end}Z`
  );
}

// Every ring turns the same way round: together they are one cloud.
const CLOUD = [
  circle(38, 69, 22),
  circle(65, 51, 29),
  circle(91, 68, 23),
  "M38 58L91 58L91 91L38 91Z",
  "M30 80L58 88L26 111Z",
].join("");

const DOTS = [circle(42, 68, 6.5), circle(65, 68, 6.5), circle(88, 68, 6.5)].join("");

export const TILE = "#0e7c7b";
export const SHAPES: readonly Shape[] = [
  { d: tile(30), fill: TILE },
  { d: CLOUD, fill: "#ffffff" },
  { d: DOTS, fill: TILE },
];
