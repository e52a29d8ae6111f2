/** What can be made to go wrong with Graph and with webhooks, as a table. */

/** @typedef {{name: string, does: string, fault: Record<string, unknown>}} Fault */
/** @typedef {{name: string, does: string, dial: string, on: number, off: number}} Dial */

/** @type {Fault[]} */
export const FAULTS = [
  {
    name: "Down",
    does: "Connections are cut before anything is read; nothing is sent.",
    fault: { kind: "reset", call: "any" },
  },
  {
    name: "Server error",
    does: "500 with code 131000. It may have been sent: the inbox cannot know.",
    fault: { kind: "error", call: "any", code: 131000 },
  },
  { name: "Overloaded", does: "503 with code 2.", fault: { kind: "error", call: "any", code: 2 } },
  { name: "Bad gateway", does: "A page of HTML with 502.", fault: { kind: "html", call: "any", http_code: 502 } },
  {
    name: "Rate limit",
    does: "400 with code 130429: surely not sent, so the inbox waits and tries again.",
    fault: { kind: "error", call: "send", code: 130429 },
  },
  {
    name: "Answer lost",
    does: "The message goes out, and the line is cut before the answer.",
    fault: { kind: "close", call: "send", accepted: true },
  },
  {
    name: "Undeliverable",
    does: "Accepted with 200, and failed with 131026 a moment later.",
    fault: { kind: "late", call: "send", code: 131026 },
  },
];

/** @type {Dial} */
export const SLOW = {
  name: "Slow",
  does: "Every answer of Graph takes 5 seconds more.",
  dial: "latency_s",
  on: 5,
  off: 0,
};

/** @type {Dial[]} */
export const WEBHOOK_DIALS = [
  { name: "Half come twice", does: "As when Meta has missed our 200.", dial: "duplicate_rate", on: 0.5, off: 0 },
  { name: "Half come late", does: "Up to 2 seconds, and so out of order.", dial: "disorder_rate", on: 0.5, off: 0 },
];

/** Whether a fault in force is this one. */
export function isSame(/** @type {any} */ inForce, /** @type {Fault} */ { fault }) {
  return (
    !inForce.recipient &&
    !inForce.number_id &&
    inForce.rate === 1 &&
    Object.entries(fault).every(([name, value]) => inForce[name] === value)
  );
}

/** A fault in a few words. */
export function named(/** @type {any} */ inForce) {
  const known = FAULTS.find((each) => isSame(inForce, each));
  const what =
    known?.name ??
    [inForce.kind, ["error", "late"].includes(inForce.kind) ? inForce.code : "", inForce.recipient ?? ""]
      .filter(Boolean)
      .join(" ");
  return inForce.times === null
    ? what
    : `${what}, for the next ${inForce.times === 1 ? "call" : `${inForce.times} calls`}`;
}
