/** What the parts of the extension say to each other over runtime ports; whatever comes from a tab is checked. */
import type { LineFrame } from "@core/environment";
import * as v from "valibot";
import type { Side } from "./settings";

/** The names of the two kinds of port. */
export const DOCK = "dock";
export const FRAME = "frame";

/** An idle worker is stopped after 30 s: a word from a tab in time keeps it, and with it the one socket. */
export const STILL_HERE_MS = 20_000;

const Nonce = v.pipe(v.string(), v.maxLength(64));
const NumberId = v.pipe(v.string(), v.maxLength(64));
const Cursor = v.pipe(v.string(), v.maxLength(256));
const Place = v.object({ number_id: NumberId, contact_id: v.pipe(v.string(), v.maxLength(256)) });

/** One conversation of one number. */
export type Place = v.InferOutput<typeof Place>;

const DockSays = v.variant("type", [
  /** `fresh` is a page just loaded: it takes the state that was remembered; otherwise it has its own. */
  v.object({ type: v.literal("hello"), nonce: Nonce, open: v.boolean(), fresh: v.boolean() }),
  v.object({ type: v.literal("opened"), open: v.boolean() }),
  v.object({ type: v.literal("still") }),
]);
export type DockSays = v.InferOutput<typeof DockSays>;

export interface Look {
  /** Where the icon is. */
  side: Side;
  /** Where WhatsApp Web has its bar, which the overlay leaves free. */
  bar: Side;
  /** Words are chosen in the worker, so that the page carries no catalogue. */
  words: { button: string; panel: string; badge: string; reload: string };
}

export type DockHears =
  | { type: "look"; look: Look; open: boolean | null }
  | { type: "open"; open: boolean | "other" }
  /** The frame that went by this nonce is no more. */
  | { type: "gone"; nonce: string };

/** Several lines may share the port, each with followers of its own. */
const Line = v.pipe(v.number(), v.integer(), v.minValue(0));

// Hundreds of numbers are beyond what a workspace may hold.
const NUMBERS_MAX = 1_000;

const FrameSays = v.variant("type", [
  v.object({ type: v.literal("enter"), nonce: v.nullable(Nonce) }),
  v.object({ type: v.literal("close") }),
  v.object({
    type: v.literal("follow"),
    line: Line,
    origin: v.pipe(v.string(), v.maxLength(2_048)),
    token: v.pipe(v.string(), v.maxLength(512)),
    numbers: v.pipe(
      v.record(NumberId, v.nullable(Cursor)),
      v.check((numbers) => Object.keys(numbers).length <= NUMBERS_MAX),
    ),
  }),
  v.object({ type: v.literal("unfollow"), line: Line }),
  v.object({ type: v.literal("watching"), place: v.nullable(Place) }),
  /** Something was read or written at the server: in pull mode the badge may be wrong now. */
  v.object({ type: v.literal("stirred"), numbers: v.boolean() }),
  v.object({ type: v.literal("still") }),
]);
export type FrameSays = v.InferOutput<typeof FrameSays>;

export type FrameHears =
  | { type: "entered"; shown: boolean }
  | { type: "shown"; shown: boolean }
  | { type: "wish"; place: Place }
  | { type: "line"; line: number; frame: LineFrame };

export function dockSaid(said: unknown): DockSays | null {
  const read = v.safeParse(DockSays, said);
  return read.success ? read.output : null;
}

export function frameSaid(said: unknown): FrameSays | null {
  const read = v.safeParse(FrameSays, said);
  return read.success ? read.output : null;
}
