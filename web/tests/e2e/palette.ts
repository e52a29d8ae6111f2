/** Makes a picture of a page a quarter as heavy: a PNG of 256 colours, in which flat surfaces keep theirs exactly. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const COLOURS_MAX = 256;
const EXACT = 96; // the colours of surfaces and plain text; the rest are edges of letters, and faces
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

type Colour = [red: number, green: number, blue: number];
type Counted = { colour: Colour; count: number };

/** Takes what Chromium makes: 8 bits each of red, green and blue, with or without alpha, which is dropped. */
export function lighter(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png);
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1]);
  const rest = common.slice(EXACT).map(([pixel, count]) => ({ colour: parts(pixel), count }));
  const palette = [...common.slice(0, EXACT).map(([pixel]) => parts(pixel)), ...averages(rest, COLOURS_MAX - EXACT)];
  const places = new Map(common.map(([pixel]) => [pixel, nearest(palette, parts(pixel))]));

  const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter, which is none
  for (let at = 0; at < pixels.length; at++) rows[Math.floor(at / width) + 1 + at] = places.get(pixels[at] ?? 0) ?? 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const chunks = [
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function decoded(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
  const [width, height, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
  const step = kind === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * step;
  const pixels = new Uint32Array(width * height);
  let above: Buffer = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const row = unfiltered(raw[from] ?? 0, raw.subarray(from + 1, from + 1 + stride), above, step);
    for (let x = 0; x < width; x++) pixels[y * width + x] = row.readUIntBE(x * step, 3);
    above = row;
  }
  return { width, height, pixels };
}

/** One row as it was before the encoder took differences; see the PNG specification, section 9. */
function unfiltered(filter: number, coded: Buffer, above: Buffer, step: number): Buffer {
  const row = Buffer.from(coded);
  for (let at = 0; at < row.length; at++) {
    const [left, up, corner] = [row[at - step] ?? 0, above[at] ?? 0, at < step ? 0 : (above[at - step] ?? 0)];
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
    row[at] = ((row[at] ?? 0) + guess) & 0xff;
  }
  return row;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** So many colours that stand for all of these: the widest group is halved until there are enough groups. */
function averages(colours: Counted[], groups_max: number): Colour[] {
  if (colours.length === 0) return [];
  const groups = [colours];
  while (groups.length < groups_max) {
    const widest = groups
      .map((group) => spread(group))
      .reduce((best, one, at, all) => (one.width > (all[best]?.width ?? 0) ? at : best), 0);
    const group = groups[widest] ?? [];
    if (group.length < 2) break;
    const { channel } = spread(group);
    group.sort((a, b) => (a.colour[channel] ?? 0) - (b.colour[channel] ?? 0));
    groups.splice(widest, 1, group.slice(0, group.length >> 1), group.slice(group.length >> 1));
  }
  return groups.map((group) => {
    const total = group.reduce((sum, { count }) => sum + count, 0);
    const mean = (channel: number) =>
      Math.round(group.reduce((sum, { colour, count }) => sum + (colour[channel] ?? 0) * count, 0) / total);
    return [mean(0), mean(1), mean(2)];
  });
}

function spread(group: readonly Counted[]): { channel: 0 | 1 | 2; width: number } {
  const widths = ([0, 1, 2] as const).map((channel) => {
    const values = group.map(({ colour }) => colour[channel]);
    return {
      channel,
      width: values.reduce((a, b) => Math.max(a, b), 0) - values.reduce((a, b) => Math.min(a, b), 255),
    };
  });
  return widths.reduce((best, one) => (one.width > best.width ? one : best), { channel: 0, width: -1 });
}

function nearest(palette: readonly Colour[], [red, green, blue]: Colour): number {
  let [best, distance] = [0, Number.POSITIVE_INFINITY];
  for (const [place, [r, g, b]] of palette.entries()) {
    const far = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (far < distance) [best, distance] = [place, far];
  }
  return best;
}

function parts(pixel: number): Colour {
  return [pixel >> 16, (pixel >> 8) & 0xff, pixel & 0xff];
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const framed = Buffer.alloc(8);
  framed.writeUInt32BE(data.length, 0);
  framed.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([framed.subarray(0, 4), body, framed.subarray(4)]);
}
