/** The words of a message as pieces: links that are safe to follow, and WhatsApp's formatting. */
import { links } from "./addresses";
import { type Mark, marked, type Span, verbatim } from "./marks";

export type Piece = { text: string; marks: readonly Mark[]; link?: string };

/** WhatsApp takes 4,096 characters; what is far longer came from elsewhere and is shown as it is. */
const BODY_LENGTH_MAX = 65_536;
const PLAIN: readonly Mark[] = [];

/** The pieces in order; together they are the body without the signs that became marks. */
export function pieces(body: string): Piece[] {
  if (body.length > BODY_LENGTH_MAX) {
    return [{ text: body, marks: PLAIN }];
  }
  const told: Piece[] = [];
  for (const part of verbatim(body)) {
    if (part.mark) {
      told.push({ text: part.text, marks: [part.mark] });
    } else {
      formatted(part.text, told);
    }
  }
  return told;
}

function formatted(text: string, told: Piece[]): void {
  const found = links(text);
  const cuts: { at: number; end: number; link?: string }[] = found.map(({ start, end, href }) => ({
    at: start,
    end,
    link: href,
  }));
  const spans = marked(text, found);
  // Signs are cut out, links are pieces of their own; everything else runs on until the marks change.
  for (const span of spans) {
    cuts.push({ at: span.start, end: span.start + 1 }, { at: span.end, end: span.end + 1 });
  }
  cuts.sort((a, b) => a.at - b.at);
  const opened: Span[] = [];
  const starts = new Map(spans.map((span) => [span.start, span]));
  let from = 0;
  let marks = PLAIN;
  for (const cut of cuts) {
    if (cut.at > from) {
      told.push({ text: text.slice(from, cut.at), marks });
    }
    from = cut.end;
    if (cut.link !== undefined) {
      told.push({ text: text.slice(cut.at, cut.end), marks, link: cut.link });
      continue;
    }
    const start = starts.get(cut.at);
    if (start) {
      opened.push(start);
    } else {
      opened.pop();
    }
    marks = opened.map((span) => span.mark);
  }
  if (from < text.length) {
    told.push({ text: text.slice(from), marks });
  }
}
