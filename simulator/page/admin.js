/** The simulator's admin API: one call at a time, and whatever goes wrong is told. */

import { tell } from "./notices.js";

const ANSWER_MS_MAX = 20_000;

/**
 * @param {string} method
 * @param {string} path below /simulator
 * @param {unknown} [body]
 * @returns {Promise<any>} the answer, null when it has none; undefined when it was refused, which has been told then
 */
export async function ask(method, path, body) {
  try {
    const answer = await fetch(`/simulator${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const read = answer.status === 204 ? null : await answer.json();
    if (answer.ok) return read;
    tell(refusal(read));
  } catch {
    tell("The simulator does not answer.");
  }
  return undefined;
}

/** A call that changes nothing when it fails: looking again is tried later, so nobody needs to be told. */
export async function look(/** @type {string} */ path) {
  try {
    const answer = await fetch(`/simulator${path}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** A customer's paths. */
export function customer(/** @type {string} */ id, /** @type {string} */ verb = "") {
  return `/customers/${encodeURIComponent(id)}${verb && `/${verb}`}`;
}

function refusal(/** @type {any} */ read) {
  const first = read?.details?.[0];
  return first ? `${first.loc?.join(".") ?? ""}: ${first.msg}` : `Not done: ${read?.error ?? "no reason was given"}.`;
}
