import { parseFrame } from "@core/frames";
import { expect, test } from "vitest";

const message = { id: "m", number_id: "1", contact_id: "c", sent_at: "2026-01-01T00:00:00.000Z", later: "field" };
const frame = (changes: unknown) => JSON.stringify({ type: "changes", number_id: "1", cursor: "1-0.a", changes });

test("frames of the contract are taken as they are, with fields that are yet to come", () => {
  expect(parseFrame('{"type":"welcome"}')).toMatchObject({ type: "welcome", heartbeat_s: 20 });
  expect(parseFrame('{"type":"ping"}')?.type).toBe("ping");
  expect(parseFrame('{"type":"resync","number_id":"1"}')).toMatchObject({ number_id: "1" });
  const told = parseFrame(frame([{ kind: "message", cursor: "1-0.a", value: message }]));
  expect(told).toMatchObject({ changes: [{ value: message }] });
});

test("a kind of change that is yet to come does not take the others of its frame along", () => {
  const changes = [
    { kind: "poll", cursor: "1-0.a", value: {} },
    { kind: "message", cursor: "1-0.b", value: message },
  ];
  expect(parseFrame(frame(changes))).toMatchObject({ changes });
});

test.each([
  ["bytes", new ArrayBuffer(1)],
  ["no JSON", "{"],
  ["another type", '{"type":"weather"}'],
  ["a cursor of another alphabet", JSON.stringify({ type: "changes", number_id: "1", cursor: "a b", changes: [] })],
  ["changes that are none", frame([{ kind: "message", cursor: "1-0.a", value: { id: "m" } }])],
  ["another kind of change that has no place", frame([{ kind: "poll", value: message }])],
  ["no changes", frame(undefined)],
])("%s is no frame", (_, text) => {
  expect(parseFrame(text)).toBeNull();
});
