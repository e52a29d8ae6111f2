/** Links are safe to follow, formatting is WhatsApp's, and hostile text costs no more than its length. */
import { type Piece, pieces } from "@core/links";
import { describe, expect, test } from "vitest";

/** `b(bold)`, `[text](href)`: pieces in one line, for tables. */
const line = (told: readonly Piece[]) =>
  told
    .map(({ text, marks, link }) => {
      const words = link === undefined ? text : `[${text}](${link})`;
      return marks.reduceRight((inside, mark) => `${mark}(${inside})`, words);
    })
    .join("");

describe("formatting", () => {
  test.each([
    ["*bold*", "bold(bold)"],
    ["a *b c* d", "a bold(b c) d"],
    ["_it_ ~gone~", "italic(it) strike(gone)"],
    ["*_both_*", "bold(italic(both))"],
    ["*a _b_ c*", "bold(a )bold(italic(b))bold( c)"],
    ["*a _b* c_", "bold(a _b) c_"],
    ["2 * 3 * 4", "2 * 3 * 4"],
    ["snake_case_name", "snake_case_name"],
    ["*a\nb*", "*a\nb*"],
    ["* a*", "* a*"],
    ["*a *", "*a *"],
    ["**", "**"],
    ["(*a*)", "(bold(a))"],
    ["`x = *1*`", "code(x = *1*)"],
    ["```a *b*\n_c_```", "mono(a *b*\n_c_)"],
    ["``` ```", "``` ```"],
    ["```open", "```open"],
    ["`a\nb`", "`a\nb`"],
    ["*مرحبا*", "bold(مرحبا)"],
    ["*a* *b*", "bold(a) bold(b)"],
  ])("%j", (body, expected) => {
    expect(line(pieces(body))).toBe(expected);
  });

  test("takes nothing away but its own signs", () => {
    const alphabet = ["*", "_", "~", "`", "```", " ", "\n", "a", "é", "😀", "https://a.de", "b@c.de", "(", ")", "."];
    for (let seed = 1; seed <= 3000; seed++) {
      const body = Array.from({ length: 24 }, (_, n) => alphabet[pick(seed, n, alphabet.length)]).join("");
      const told = pieces(body);
      let from = 0;
      for (const { text } of told) {
        const at = body.indexOf(text, from);
        expect(body.slice(from, at).replace(/[*_~`]/g, "")).toBe("");
        from = at + text.length;
      }
      expect(body.slice(from).replace(/[*_~`]/g, "")).toBe("");
      expect(told.every((piece) => piece.text !== "")).toBe(true);
    }
  });
});

describe("hostile text", () => {
  test.each([
    ["open stars", "*a "],
    ["stars", "*"],
    ["all signs", "*_~*_~ a"],
    ["ticks", "`"],
    ["fences", "``` "],
    ["at signs", "a@"],
    ["almost mail", "a.a.a.a@a.a.a.a."],
    ["brackets", "https://a.de/(((())))"],
    ["closing brackets", "https://a.de/"],
    ["schemes", "https://"],
    ["www", "www."],
    ["links", "https://a.de "],
  ])("of %s costs no more than its length", (_, unit) => {
    const body = unit.repeat(Math.floor(60_000 / unit.length)) + ")".repeat(5_000);
    const started = performance.now();
    pieces(body);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  test("beyond all measure is shown as it is", () => {
    const body = "*a* ".repeat(20_000);
    expect(pieces(body)).toEqual([{ text: body, marks: [] }]);
  });
});

function pick(seed: number, n: number, length: number): number {
  const x = Math.sin(seed * 12.9898 + n * 78.233) * 43758.5453;
  return Math.floor((x - Math.floor(x)) * length);
}
