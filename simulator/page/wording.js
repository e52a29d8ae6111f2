/** Times, spans and messages in words. Pure, but for the reader's own language of dates. */

const HOUR = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const SECOND = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const SHORT_MAX = 90;

/** 14:03, of seconds since 1970. */
export const hour = (/** @type {number} */ at) => HOUR.format(at * 1000);

/** 14:03:07. */
export const second = (/** @type {number} */ at) => SECOND.format(at * 1000);

/** Monday, 4 May. */
export const day = (/** @type {number} */ at) => DAY.format(at * 1000);

/** A span of time: 23 h 41 m, 12 m 5 s, 40 s. */
export function span(/** @type {number} */ seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  if (h) return m ? `${h} h ${m} m` : `${h} h`;
  return m ? `${m} m ${whole % 60} s` : `${whole} s`;
}

/**
 * What a message says, in one line; what is no text is named in brackets.
 * @param {any} content
 * @returns {string}
 */
export function said(content) {
  if (!content) return "";
  const part = content[content.type] ?? {};
  switch (content.type) {
    case "text":
      return part.body ?? "";
    case "reaction":
      return part.emoji ? `reacted ${part.emoji}` : "took a reaction away";
    case "edit":
      return `changed a message to: ${said(part.message)}`;
    case "revoke":
      return "deleted a message";
    case "location":
      return `[location] ${part.name ?? `${part.latitude}, ${part.longitude}`}`;
    case "contacts":
      return `[contacts] ${content.contacts?.[0]?.name?.formatted_name ?? ""}`.trim();
    case "interactive":
      return `[${part.type ?? "interactive"}] ${part[part.type]?.title ?? ""}`.trim();
    case "button":
      return `[button] ${part.text ?? ""}`.trim();
    case "template":
      return `[template] ${part.name ?? ""}`.trim();
    default:
      return `[${part.voice ? "voice" : content.type}] ${part.caption ?? part.filename ?? ""}`.trim();
  }
}

/** The same, no longer than a line of the log. */
export function short(/** @type {any} */ content) {
  const line = said(content).replace(/\s+/g, " ");
  const letters = [...line];
  return letters.length > SHORT_MAX ? `${letters.slice(0, SHORT_MAX - 1).join("")}…` : line;
}

/** One or two letters for a face that is not there. */
export function initials(/** @type {string} */ name) {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .trim()
    .split(/\s+/);
  return words.length > 1 ? [...words[0]][0] + [...words[words.length - 1]][0] : ([...(words[0] || "?")][0] ?? "?");
}

/** One of eight colours, the same for the same id. */
export function hue(/** @type {string} */ id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return String(sum % 8);
}
