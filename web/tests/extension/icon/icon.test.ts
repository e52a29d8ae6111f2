/** The icons are pictures that any browser can read, the same on every machine. */
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { png } from "../../../extension/icon/png";
import { paint } from "../../../extension/icon/raster";
import { SHAPES } from "../../../extension/icon/shape";

function pixel(pixels: Uint8Array, size: number, x: number, y: number): number[] {
  return [...pixels.subarray((y * size + x) * 4, (y * size + x) * 4 + 4)];
}

test("the corners are clear, the tile is ours, the cloud is white", () => {
  const pixels = paint(SHAPES, 128);
  expect(pixel(pixels, 128, 0, 0)[3]).toBe(0);
  expect(pixel(pixels, 128, 64, 8)).toEqual([0x0e, 0x7c, 0x7b, 255]);
  expect(pixel(pixels, 128, 64, 45)).toEqual([255, 255, 255, 255]);
  expect(pixel(pixels, 128, 65, 68)).toEqual([0x0e, 0x7c, 0x7b, 255]);
});

test("overlapping rings leave no hole", () => {
  const pixels = paint(SHAPES, 128);
  for (const [x, y] of [
    [44, 58],
    [86, 60],
    [40, 86],
  ] as const) {
    expect(pixel(pixels, 128, x, y)).toEqual([255, 255, 255, 255]);
  }
});

test("a file has the size it says, and holds the pixels it was given", () => {
  const pixels = paint(SHAPES, 16);
  const file = png(pixels, 16);
  expect(file.subarray(1, 4).toString("latin1")).toBe("PNG");
  expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([16, 16]);
  const at = file.indexOf("IDAT");
  const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)));
  expect(rows).toHaveLength(16 * (16 * 4 + 1));
  expect([...rows.subarray(1, 65)]).toEqual([...pixels.subarray(0, 64)]);
});

test("twice the same is the same", () => {
  expect(png(paint(SHAPES, 48), 48)).toEqual(png(paint(SHAPES, 48), 48));
});
