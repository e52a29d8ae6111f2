/** Web and mail addresses in a text, found in linear time; only what is safe to follow becomes a link. */

export interface Address {
  start: number;
  end: number;
  href: string;
}

const WEB = /(?<![\p{L}\p{N}@/.:_-])(?:https?:\/\/|www\.)[^\s<>"`\p{Cc}\p{Cf}\p{Co}\p{Cn}]+/giu;
const LOCAL = /[A-Za-z0-9._%+-]/;
const DOMAIN = /[A-Za-z0-9.-]/;
const MAIL_DOMAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const LOCAL_LENGTH_MAX = 64; // RFC 5321
const DOMAIN_LENGTH_MAX = 255;
const URL_LENGTH_MAX = 2048; // what every browser and server takes
const TRAILING = new Set([..."…….,;:!?'\"’”»*_~"]);
const BRACKETS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The addresses in order, apart from each other. */
export function links(text: string): Address[] {
  const found: Address[] = [];
  for (const match of text.matchAll(WEB)) {
    const end = match.index + trimmed(match[0]);
    const href = webHref(text.slice(match.index, end));
    if (href) {
      found.push({ start: match.index, end, href });
    }
  }
  return text.includes("@") ? merged(found, mails(text)) : found;
}

/** The address if it may be followed: http or https, and no name and password that would dress up another host. */
function webHref(text: string): string | null {
  if (text.length > URL_LENGTH_MAX) {
    return null;
  }
  const href = /^www\./i.test(text) ? `https://${text}` : text;
  const url = URL.canParse(href) ? new URL(href) : null;
  const isSafe = url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  return isSafe && /^[^.].*[^.]$/.test(url.hostname) ? url.href : null;
}

/** How long the address is without the punctuation of the sentence around it. */
function trimmed(text: string): number {
  const unclosed: Record<string, number> = { "(": 0, "[": 0, "{": 0 };
  for (const each of text) {
    if (each in unclosed) {
      unclosed[each] = (unclosed[each] ?? 0) + 1;
    } else if (BRACKETS[each]) {
      unclosed[BRACKETS[each]] = (unclosed[BRACKETS[each]] ?? 0) - 1;
    }
  }
  let end = text.length;
  for (; end > 0; end--) {
    const last = text[end - 1] as string;
    const opening = BRACKETS[last];
    if (opening && (unclosed[opening] ?? 0) < 0) {
      unclosed[opening] = (unclosed[opening] ?? 0) + 1;
    } else if (!TRAILING.has(last)) {
      break;
    }
  }
  return end;
}

function mails(text: string): Address[] {
  const found: Address[] = [];
  for (let sign = text.indexOf("@"); sign !== -1; sign = text.indexOf("@", sign + 1)) {
    let start = sign;
    while (start > 0 && sign - start < LOCAL_LENGTH_MAX && LOCAL.test(text[start - 1] as string)) {
      start--;
    }
    let end = sign + 1;
    while (end < text.length && end - sign <= DOMAIN_LENGTH_MAX && DOMAIN.test(text[end] as string)) {
      end++;
    }
    while (start < sign && /[._%+-]/.test(text[start] as string)) {
      start++;
    }
    while (end > sign && /[.-]/.test(text[end - 1] as string)) {
      end--;
    }
    if (start < sign && MAIL_DOMAIN.test(text.slice(sign + 1, end))) {
      found.push({
        start,
        end,
        href: `mailto:${encodeURIComponent(text.slice(start, sign))}@${text.slice(sign + 1, end)}`,
      });
    }
  }
  return found;
}

function merged(web: readonly Address[], mail: readonly Address[]): Address[] {
  const apart: Address[] = [];
  for (const each of [...web, ...mail].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (each.start >= (apart.at(-1)?.end ?? 0)) {
      apart.push(each);
    }
  }
  return apart;
}
