/** From an address as somebody types it to a server that is kept: each step, and each way it may end. */
import { type Found, hostPattern, readAddress } from "../address";

export type Trouble = "empty" | "malformed" | "insecure" | "other" | "silent" | "unreachable";

export type Outcome =
  /** `unlisted`: it answers only because the browser was told to let us in; its socket will not. */
  { kept: string; unlisted: boolean } | { trouble: Trouble; origin: string | null };

export interface Steps {
  look(origin: string): Promise<Found>;
  /** Whether the browser already lets us in at this pattern, whatever the server says. */
  allowed(pattern: string): Promise<boolean>;
  /** Asks the person, and must be called while their press is still fresh. */
  allow(pattern: string): Promise<boolean>;
  /** Lets go of what was allowed for nothing. */
  giveBack(pattern: string): Promise<void>;
  keep(origin: string): Promise<void>;
}

/** No permission is asked for while none is needed: a server that knows this extension lets it in by itself. */
export async function connect(typed: string, steps: Steps): Promise<Outcome> {
  const address = readAddress(typed);
  if ("problem" in address) return { trouble: address.problem, origin: null };
  const { origin } = address;
  const found = await steps.look(origin);
  if (found === "inbox") return await keep(origin, false, steps);
  if (found === "other") return { trouble: "other", origin };
  return { trouble: (await steps.allowed(hostPattern(origin))) ? "unreachable" : "silent", origin };
}

/** The second way in, after `silent`: the browser's permission for this one host. */
export async function insist(origin: string, steps: Steps): Promise<Outcome> {
  const allowed = await steps.allow(hostPattern(origin));
  const found = await steps.look(origin);
  if (found === "inbox") return await keep(origin, allowed, steps);
  if (allowed) await steps.giveBack(hostPattern(origin));
  if (found === "other") return { trouble: "other", origin };
  return { trouble: allowed ? "unreachable" : "silent", origin };
}

async function keep(origin: string, unlisted: boolean, steps: Steps): Promise<Outcome> {
  await steps.keep(origin);
  return { kept: origin, unlisted };
}
