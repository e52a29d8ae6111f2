/** Invites as links: `{origin}/#invite=…`; after the hash, so that no server and no log ever sees one. */

const NAME = "invite";

/** The invite in what somebody pasted: a whole link, its end, or the bare secret. */
export function inviteIn(pasted: string): string {
  const text = pasted.trim();
  const found = new RegExp(`[#&?]${NAME}=([^&#\\s]+)`).exec(text);
  return found?.[1] === undefined ? text : unescaped(found[1]);
}

export function inviteLink(origin: string, invite: string): string {
  return `${origin}/#${NAME}=${encodeURIComponent(invite)}`;
}

/** Takes the invite out of the address bar, at once: neither the history nor a shared screen shall keep it. */
export function takeInvite(place: Location = location, past: History = history): string | null {
  if (!new RegExp(`[#&]${NAME}=`).test(place.hash)) return null;
  const invite = inviteIn(place.hash);
  past.replaceState(past.state, "", place.pathname + place.search);
  return invite;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
