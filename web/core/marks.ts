/** WhatsApp's formatting signs: *bold* _italic_ ~strike~ `code` and ```mono```, found in one pass. */

export type Mark = "bold" | "italic" | "strike" | "code" | "mono";

/** A mark over `text`, from its opening sign at `start` to its closing sign at `end`. */
export interface Span {
  start: number;
  end: number;
  mark: Mark;
}

interface Taken {
  start: number;
  end: number;
}

const FENCE = "```";
const SIGNS: Readonly<Record<string, Mark>> = { "*": "bold", _: "italic", "~": "strike" };
const WORD = /[\p{L}\p{N}]/u;
const SPACE = /\s/u;

/** The body cut into what stands as it was typed (code and mono) and what may hold other signs. */
export function verbatim(body: string): { text: string; mark?: "code" | "mono" }[] {
  const parts: { text: string; mark?: "code" | "mono" }[] = [];
  let from = 0;
  let fence = body.indexOf(FENCE);
  while (fence !== -1) {
    const end = body.indexOf(FENCE, fence + FENCE.length);
    if (end === -1) {
      break;
    }
    const inside = body.slice(fence + FENCE.length, end);
    if (inside.trim() !== "") {
      code(body.slice(from, fence), parts);
      parts.push({ text: inside, mark: "mono" });
      from = end + FENCE.length;
      fence = body.indexOf(FENCE, from);
    } else {
      fence = end;
    }
  }
  code(body.slice(from), parts);
  return parts;
}

function code(text: string, parts: { text: string; mark?: "code" | "mono" }[]): void {
  let from = 0;
  let open = text.indexOf("`");
  while (open !== -1) {
    const close = text.indexOf("`", open + 1);
    if (close === -1) {
      break;
    }
    const inside = text.slice(open + 1, close);
    if (inside.trim() !== "" && !inside.includes("\n")) {
      plain(text.slice(from, open), parts);
      parts.push({ text: inside, mark: "code" });
      from = close + 1;
      open = text.indexOf("`", from);
    } else {
      open = close;
    }
  }
  plain(text.slice(from), parts);
}

function plain(text: string, parts: { text: string }[]): void {
  if (text !== "") {
    parts.push({ text });
  }
}

/** Bold, italic and strike, properly nested; signs inside `taken` are part of a link. */
export function marked(text: string, taken: readonly Taken[]): Span[] {
  const spans: Span[] = [];
  let open: { at: number; mark: Mark }[] = []; // at most one of each mark, so looking through it is constant
  let next = 0;
  for (let at = 0; at < text.length; at++) {
    const link = taken[next];
    if (link && at >= link.start) {
      at = link.end - 1;
      next++;
      continue;
    }
    const sign = text[at] as string;
    if (sign === "\n") {
      open = [];
      continue;
    }
    const mark = SIGNS[sign];
    if (!mark) {
      continue;
    }
    const opened = open.findLastIndex((each) => each.mark === mark);
    if (opened !== -1 && closes(text, at) && at > (open[opened]?.at ?? at) + 1) {
      spans.push({ start: open[opened]?.at ?? at, end: at, mark });
      open = open.slice(0, opened);
    } else if (opened === -1 && opens(text, at)) {
      open.push({ at, mark });
    }
  }
  return spans;
}

function opens(text: string, at: number): boolean {
  const next = text[at + 1];
  return !isWord(text, at - 1) && next !== undefined && !SPACE.test(next);
}

function closes(text: string, at: number): boolean {
  const before = text[at - 1];
  return !isWord(text, at + 1) && before !== undefined && !SPACE.test(before);
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && WORD.test(text[at] as string);
}
