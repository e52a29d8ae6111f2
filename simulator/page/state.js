/** What the page knows of the simulator, and how it stays so: the stream says that something happened, then we look. */

import { customer, look } from "./admin.js";

const LOG_LENGTH_MAX = 200;
const LOOKS_AGAIN_MS = 5_000;
// How long to gather news before looking: the phone at once, lists when things have calmed down.
const PAUSE_MS = { phone: 60, overview: 250, customers: 800 };

export const state = {
  /** @type {any} */ overview: null,
  /** @type {any[]} */ customers: [],
  crowd: 0,
  /** @type {string} */ selected: "",
  /** @type {string} */ numberId: "",
  /** @type {any} */ phone: null,
  /** @type {any[]} */ log: [],
  /** Customers who were answered while another phone was looked at. */
  answered: new Set(),
  /** When the business began to type to a customer, by customer. */
  typing: new Map(),
  /** Simulator's time minus ours, in seconds. */
  aheadS: 0,
  live: "waiting",
};

/** @type {(() => void)[]} */
const views = [];
let drawing = 0;

/** Draws again after each change, at most once a frame. */
export function draws(/** @type {() => void} */ view) {
  views.push(view);
}

export function changed() {
  if (drawing) return;
  drawing = requestAnimationFrame(() => {
    drawing = 0;
    for (const view of views) view();
  });
}

/** Seconds since 1970 on the simulator's clock. */
export const now = () => Date.now() / 1000 + state.aheadS;

const looks = {
  async overview() {
    const read = await look("");
    if (!read) return;
    state.overview = read;
    state.aheadS = read.clock.now - Date.now() / 1000;
    if (!read.numbers.some((/** @type {any} */ number) => number.id === state.numberId))
      state.numberId = read.numbers[0].id;
  },
  async customers() {
    const read = await look("/customers");
    if (!read) return;
    state.customers = read.customers.filter((/** @type {any} */ one) => !one.id.startsWith("crowd-"));
    state.crowd = read.total - state.customers.length;
    const isThere = state.customers.some((one) => one.id === state.selected);
    if (!isThere && state.customers[0]) select(state.customers[0].id);
  },
  async phone() {
    const id = state.selected;
    if (!id) return;
    const number = state.numberId ? `?number_id=${encodeURIComponent(state.numberId)}` : "";
    const read = await look(`${customer(id, "phone")}${number}`);
    if (read && id === state.selected) state.phone = read;
  },
};

/** @type {Partial<Record<keyof typeof looks, {timer: number, running: boolean, again: boolean}>>} */
const due = {};

/** Looks soon; news that comes meanwhile makes it look once more, never twice at the same time. */
export function soon(/** @type {keyof typeof looks} */ what) {
  due[what] ??= { timer: 0, running: false, again: false };
  const one = due[what];
  if (one.running) one.again = true;
  if (one.running || one.timer) return;
  one.timer = window.setTimeout(async () => {
    one.timer = 0;
    one.running = true;
    await looks[what]();
    one.running = false;
    changed();
    if (one.again) {
      one.again = false;
      soon(what);
    }
  }, PAUSE_MS[what]);
}

export function everything() {
  soon("overview");
  soon("customers");
  soon("phone");
}

/** Puts another customer's phone on the desk. */
export function select(/** @type {string} */ id) {
  if (state.selected !== id) state.phone = null;
  state.selected = id;
  state.answered.delete(id);
  if (location.hash !== `#${encodeURIComponent(id)}`) history.replaceState(null, "", `#${encodeURIComponent(id)}`);
  soon("phone");
  changed();
}

/** Something happened: a line of the log, and a reason to look. */
export function hear(/** @type {any} */ record) {
  state.log.unshift(record);
  if (state.log.length > LOG_LENGTH_MAX) state.log.length = LOG_LENGTH_MAX;
  const id = record.customer_id;
  // A crowd is too many to keep account of, and has no phones to look at.
  const isShown = Boolean(id) && !id.startsWith("crowd-");
  if (isShown && record.kind === "received" && id !== state.selected) state.answered.add(id);
  if (isShown && record.what === "inbound.read" && record.typing) state.typing.set(id, Date.now());
  if (record.kind === "received") state.typing.delete(id);
  if (id && id === state.selected) soon("phone");
  const isStranger = isShown && !state.customers.some((one) => one.id === id);
  if (isStranger || record.what?.startsWith("customer.") || record.what === "reset") soon("customers");
  if (record.what === "reset" || record.what === "clock.wound") soon("phone");
  if (record.kind === "note" || (record.http_code !== undefined && record.http_code !== 200)) soon("overview");
  changed();
}

// What nothing is said of, such as how many webhooks wait, is looked up now and then while somebody watches.
setInterval(() => {
  if (document.visibilityState === "visible") soon("overview");
}, LOOKS_AGAIN_MS);
