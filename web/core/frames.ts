/** Frames of the live socket as they come over the wire: checked where they enter, trusted from there on. */
import * as v from "valibot";
import type { Change } from "./chat";

export const SUBPROTOCOL = "cloud-inbox.v1";

const CURSOR = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._~-]{1,128}$/));
const NAMED = v.looseObject({ number_id: v.string() });

// A change is checked as far as it is steered by: what it shows is the server's word, field by field.
const CHANGE = v.variant("kind", [
  v.looseObject({
    kind: v.literal("message"),
    cursor: CURSOR,
    value: v.looseObject({ ...NAMED.entries, id: v.string(), contact_id: v.string(), sent_at: v.string() }),
  }),
  v.looseObject({
    kind: v.literal("conversation"),
    cursor: CURSOR,
    value: v.looseObject({ ...NAMED.entries, contact_id: v.string(), last_activity_at: v.string() }),
  }),
  v.looseObject({ kind: v.literal("number"), cursor: CURSOR, value: v.looseObject({ id: v.string() }) }),
  v.looseObject({
    kind: v.literal("removed"),
    cursor: CURSOR,
    value: v.looseObject({ ...NAMED.entries, of: v.string() }),
  }),
]);

const KINDS = new Set(["message", "conversation", "number", "removed"]);
// What a newer server tells is passed over by whoever applies it; without its frame, the rest of it would be missing.
const UNKNOWN = v.looseObject({
  kind: v.pipe(
    v.string(),
    v.check((kind) => !KINDS.has(kind)),
  ),
  cursor: CURSOR,
});

const FRAME = v.variant("type", [
  v.looseObject({ type: v.literal("welcome"), heartbeat_s: v.optional(v.number(), 20) }),
  v.looseObject({
    type: v.literal("changes"),
    number_id: v.string(),
    cursor: CURSOR,
    changes: v.custom<Change[]>((told) => v.is(v.array(v.union([CHANGE, UNKNOWN])), told)),
  }),
  v.looseObject({ type: v.literal("resync"), number_id: v.string() }),
  v.looseObject({ type: v.literal("ping") }),
]);

export type WireFrame = v.InferOutput<typeof FRAME>;

/** The frame that a text is; null when it is none of ours. */
export function parseFrame(text: unknown): WireFrame | null {
  if (typeof text !== "string") return null;
  try {
    const parsed = v.safeParse(FRAME, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
