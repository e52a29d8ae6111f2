/** What a record of the ledger says, as one line of the log. Pure. */

import { short, span } from "./wording.js";

/** @typedef {{chip: string, sort: "graph" | "webhook" | "people" | "rest", text: string, bad: boolean}} Line */

const DONE = new Map([
  ["sent", "left for"],
  ["delivered", "arrived on the phone of"],
  ["read", "was read by"],
  ["played", "was played by"],
  ["failed", "failed to reach"],
]);

/**
 * @param {any} record
 * @param {(id: string) => string} name
 * @returns {Line}
 */
export function line(record, name) {
  const who = record.customer_id ? name(record.customer_id) : "";
  switch (record.kind) {
    case "call":
      return { chip: "Graph", sort: "graph", ...call(record) };
    case "delivery":
      return { chip: "webhook", sort: "webhook", ...delivery(record) };
    case "inbound":
      return { chip: "customer", sort: "people", text: `${who}: ${short(record.content)}`, bad: false };
    case "received": {
      const later = record.fails ? ` — and will report ${record.fails}` : "";
      const text = `accepted for ${who}: ${short(record.content)}${later}`;
      return { chip: "accepted", sort: "graph", text, bad: Boolean(record.fails) };
    }
    case "status": {
      const code = record.code ? ` (${record.code})` : "";
      const text = `a message ${DONE.get(record.status) ?? `is ${record.status} at`} ${who}${code}`;
      return { chip: "phone", sort: "people", text, bad: record.status === "failed" };
    }
    default:
      return { chip: "note", sort: "rest", text: note(record, who), bad: false };
  }
}

function call(/** @type {any} */ record) {
  const asked = `${record.method} ${record.route}`;
  if (record.lost) return { text: `${asked} → the answer was spoiled (${record.lost})`, bad: true };
  const code = record.graph_code === null ? "" : `, code ${record.graph_code}`;
  return { text: `${asked} → ${record.http_code}${code}`, bad: record.http_code !== 200 };
}

function delivery(/** @type {any} */ record) {
  const updates = record.updates === 1 ? "1 update" : `${record.updates} updates`;
  const size = record.bytes < 1000 ? `${record.bytes} B` : `${(record.bytes / 1000).toFixed(1)} kB`;
  const which = record.again ? ", repeated" : record.attempt > 1 ? `, attempt ${record.attempt}` : "";
  const answer = record.http_code === null ? "no answer" : record.http_code;
  return {
    text: `${updates}, ${size}${which} → ${answer} after ${Math.round(record.took_ms)} ms`,
    bad: record.http_code !== 200,
  };
}

function note(/** @type {any} */ record, /** @type {string} */ who) {
  switch (record.what) {
    case "inbound.read":
      return `the business has read what ${who} wrote${record.typing ? ", and is typing" : ""}`;
    case "echo":
      return `the business wrote to ${who} from its own phone`;
    case "customer.online":
      return `${who} is online`;
    case "customer.offline":
      return `${who} has no signal`;
    case "customer.added":
      return `${who} is new here`;
    case "customer.patched":
      return `${who}: ${record.field.replace("_", " ")} changed`;
    case "window.aged":
      return `for Graph, what ${who} wrote last is ${record.hours} h older`;
    case "clock.wound":
      return `the clock was wound forward by ${span(Math.round(record.hours * 60) * 60)}`;
    case "fault.added":
      return `from now on goes wrong: ${record.fault}${["error", "late"].includes(record.fault) ? ` ${record.code}` : ""}`;
    case "access.refused":
      return `${record.number_id ?? "the access token"} is refused with ${record.code} from now on`;
    case "access.given":
      return `${record.number_id ?? "the access token"} is good again`;
    case "callback.verified":
      return "the callback answered the handshake";
    case "callback.refused":
      return `the callback failed the handshake: ${record.why}`;
    case "connections.refused":
      return `nobody there for ${record.for_s} s`;
    default:
      return [record.what.replace(".", " "), who, record.why, record.fault].filter(Boolean).join(" · ");
  }
}
