/** Paints shapes of one colour each onto a square of pixels; the browsers want their icons so. */
import { type Shape, SIZE } from "./shape.ts";

type Point = readonly [number, number];

// Each pixel is asked about this many times in each direction; the smallest icon needs it most.
const SAMPLES = 8;
const STEPS_PER_CURVE = 16;

/** RGBA, row by row. */
export function paint(shapes: readonly Shape[], size: number): Uint8Array {
  const pixels = new Float64Array(size * size * 4);
  for (const { d, fill } of shapes) {
    const rings = outline(d, size / SIZE);
    const colour = [1, 3, 5].map((at) => Number.parseInt(fill.slice(at, at + 2), 16));
    for (let y = 0; y < size; y++) {
      const covered = coverage(rings, y, size);
      for (let x = 0; x < size; x++) {
        const share = covered[x] ?? 0;
        if (share > 0) lay(pixels, (y * size + x) * 4, colour, share);
      }
    }
  }
  return Uint8Array.from(pixels, (value, at) => Math.round(at % 4 === 3 ? value * 255 : value));
}

/** One colour over another: colours are kept unmultiplied, as PNG has them. */
function lay(pixels: Float64Array, at: number, colour: readonly number[], share: number): void {
  const under = pixels[at + 3] ?? 0;
  const together = share + under * (1 - share);
  for (const [n, value] of colour.entries()) {
    pixels[at + n] = (value * share + (pixels[at + n] ?? 0) * under * (1 - share)) / together;
  }
  pixels[at + 3] = together;
}

/** How much of each pixel of a row lies inside, by the non-zero rule, so that overlapping rings are one. */
function coverage(rings: readonly (readonly Point[])[], row: number, size: number): Float64Array {
  const covered = new Float64Array(size);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const y = row + (sample + 0.5) / SAMPLES;
    const crossings = rings.flatMap((ring) => crossed(ring, y)).sort((a, b) => a.x - b.x);
    let winding = 0;
    for (const [n, { x, turn }] of crossings.entries()) {
      winding += turn;
      const next = crossings[n + 1];
      if (winding !== 0 && next) fill(covered, x, next.x);
    }
  }
  return covered;
}

function crossed(ring: readonly Point[], y: number): { x: number; turn: number }[] {
  return ring.flatMap(([x, top], n) => {
    const [next, bottom] = ring[(n + 1) % ring.length] ?? [x, top];
    if (top <= y === bottom <= y) return [];
    return [{ x: x + ((y - top) / (bottom - top)) * (next - x), turn: bottom > top ? 1 : -1 }];
  });
}

function fill(covered: Float64Array, from: number, to: number): void {
  for (let x = Math.max(0, Math.floor(from)); x < Math.min(covered.length, Math.ceil(to)); x++) {
    covered[x] = (covered[x] ?? 0) + (Math.min(to, x + 1) - Math.max(from, x)) / SAMPLES;
  }
}

function outline(d: string, scale: number): Point[][] {
  const rings: Point[][] = [];
  let ring: Point[] = [];
  for (const [, letter, figures] of d.matchAll(/([MLCZ])([^MLCZ]*)/g)) {
    const n = (figures?.match(/-?[\d.]+/g) ?? []).map((figure) => Number(figure) * scale);
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x = 0, y = 0] = n;
    if (letter === "M") {
      ring = [[x1, y1]];
      rings.push(ring);
    }
    if (letter === "L") ring.push([x1, y1]);
    if (letter === "C") ring.push(...curve(ring.at(-1) ?? [0, 0], [x1, y1], [x2, y2], [x, y]));
  }
  return rings;
}

function curve(from: Point, a: Point, b: Point, to: Point): Point[] {
  return Array.from({ length: STEPS_PER_CURVE }, (_, step) => {
    const t = (step + 1) / STEPS_PER_CURVE;
    const at = (axis: 0 | 1) =>
      (1 - t) ** 3 * from[axis] + 3 * (1 - t) ** 2 * t * a[axis] + 3 * (1 - t) * t ** 2 * b[axis] + t ** 3 * to[axis];
    return [at(0), at(1)];
  });
}
