/** How long a text is as Meta and our server count, and what of it can be sent at all. */

/** Meta's limit for `text.body`. */
export const TEXT_LENGTH_MAX = 4096;

const LONE_SURROGATE = /\p{Surrogate}/gu;
const NUL = /\0/g;

/** In Unicode code points: an emoji outside the basic plane is one, a family joined from four people is seven. */
export function textLength(body: string): number {
  let length = body.length;
  for (let at = 0; at < body.length - 1; at++) {
    if (isHigh(body.charCodeAt(at)) && isLow(body.charCodeAt(at + 1))) {
      length--;
      at++;
    }
  }
  return length;
}

/** The text as it goes out: without what no JSON parser of the way takes, and without blank edges, as in WhatsApp. */
export function sendable(body: string): string {
  return body.replace(LONE_SURROGATE, "\uFFFD").replace(NUL, "").trim();
}

/** Whether there is something to send and Meta takes as much. */
export function maySend(body: string): boolean {
  const length = textLength(sendable(body));
  return length > 0 && length <= TEXT_LENGTH_MAX;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
