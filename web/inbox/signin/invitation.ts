/** Invites as links: `{origin}/#invite=…&name=…`; after the hash, so that no server and no log ever sees one. */

const INVITE = "invite";

export interface Invitation {
  invite: string;
  /** What whoever made the link would call its reader; only a suggestion. */
  name: string;
}

/** The invite in what somebody pasted: a whole link, its end, or the bare secret. */
export function inviteIn(pasted: string): string {
  const text = pasted.trim();
  return named(text, INVITE) ?? text;
}

export function inviteLink(origin: string, invite: string): string {
  return `${origin}/#${INVITE}=${encodeURIComponent(invite)}`;
}

/** Takes the invite out of the address bar, at once: neither the history nor a shared screen shall keep it. */
export function takeInvitation(place: Location = location, past: History = history): Invitation | null {
  const invite = named(place.hash, INVITE);
  if (invite === null) return null;
  const name = named(place.hash, "name") ?? "";
  past.replaceState(past.state, "", place.pathname + place.search);
  return { invite, name };
}

function named(text: string, name: string): string | null {
  const found = new RegExp(`[#&?]${name}=([^&#\\s]+)`).exec(text);
  return found?.[1] === undefined ? null : unescaped(found[1]);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
