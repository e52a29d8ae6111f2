/** The address of a server as people type it, and whether what answers there is a Cloud Inbox. */
import * as v from "valibot";

export type Address = { origin: string } | { problem: "empty" | "malformed" | "insecure" };

const LOOPBACK = new Set(["localhost", "127.0.0.1"]);
const LENGTH_MAX = 2_048;

/** Without a scheme it is https, or http on this very machine; whatever follows the host is not part of it. */
export function readAddress(typed: string): Address {
  const text = typed.trim();
  if (text === "") return { problem: "empty" };
  if (text.length > LENGTH_MAX || /\s/.test(text)) return { problem: "malformed" };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${schemeOf(text)}://${text}`);
  if (!url || url.hostname === "" || url.username !== "" || url.password !== "") return { problem: "malformed" };
  if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname))) {
    return { origin: url.origin };
  }
  return { problem: url.protocol === "http:" ? "insecure" : "malformed" };
}

function schemeOf(text: string): "http" | "https" {
  return LOOPBACK.has(text.split(/[:/?#]/, 1)[0]?.toLowerCase() ?? "") ? "http" : "https";
}

/** The pattern by which a browser is asked for this one host; patterns have no ports. */
export function hostPattern(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/** `silent`: nothing answers, or the server does not let this extension read what it says; nobody can tell which. */
export type Found = "inbox" | "other" | "silent";

const DESCRIPTION = v.object({ info: v.object({ title: v.literal("Cloud Inbox") }) });
const ANSWER_MS_MAX = 10_000;

export async function look(origin: string, fetch: typeof globalThis.fetch): Promise<Found> {
  try {
    const answer = await fetch(`${origin}/openapi.json`, {
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (!answer.ok) return "other";
    const body: unknown = await answer.json().catch(() => null);
    return v.is(DESCRIPTION, body) ? "inbox" : "other";
  } catch {
    return "silent";
  }
}
