/** Days, the unread separator and groups of bubbles stand where a reader of WhatsApp expects them. */
import type { Content, Shown } from "@core/chat";
import { dayOf, daysBetween, type Row, rows } from "@core/grouping";
import { describe, expect, test } from "vitest";
import { inbound, outbound } from "./said";

const BERLIN = { unreadFrom: null, timezone: "Europe/Berlin" };
const at = (time: string): Partial<Shown> => ({ sent_at: time, received_at: time });
const outline = (told: readonly Row[]) =>
  told.map((row) => {
    if (row.kind === "day") return row.day;
    if (row.kind === "unread") return `unread ${row.count}`;
    if (row.kind === "system") return "system";
    return `${row.message.direction}${row.firstOfGroup ? " first" : ""}${row.lastOfGroup ? " last" : ""}`;
  });

describe("days", () => {
  test.each([
    ["Europe/Berlin", "2026-11-22T22:59:59.999Z", "2026-11-22"],
    ["Europe/Berlin", "2026-11-22T23:00:00.000Z", "2026-11-23"],
    ["America/Sao_Paulo", "2026-11-23T02:59:59.000Z", "2026-11-22"],
    ["Asia/Kathmandu", "2026-11-22T18:15:00.000Z", "2026-11-23"],
    ["Asia/Kathmandu", "2026-11-22T18:14:59.999Z", "2026-11-22"],
    ["Pacific/Kiritimati", "2026-11-22T10:00:00.000Z", "2026-11-23"],
    ["Nowhere/At_All", "2026-11-22T23:59:59.000Z", "2026-11-22"],
  ])("in %s %s is %s", (timezone, time, day) => {
    expect(dayOf(Date.parse(time), timezone)).toBe(day);
  });

  test.each([
    ["the long night", "2026-10-24T21:59:00.000Z", "2026-10-25T22:59:00.000Z", ["2026-10-24", "2026-10-25"]],
    ["the short night", "2026-03-28T22:59:00.000Z", "2026-03-29T21:59:00.000Z", ["2026-03-28", "2026-03-29"]],
  ])("around %s change once, at midnight there", (_, before, after, expected) => {
    const told = rows([inbound(at(before)), inbound(at(after))], BERLIN);
    expect(told.flatMap((row) => (row.kind === "day" ? [row.day] : []))).toEqual(expected);
  });

  test("begin at a quarter past the hour where the zone has it so", () => {
    const around = [inbound(at("2026-11-22T18:14:59.999Z")), inbound(at("2026-11-22T18:15:00.000Z"))];
    const told = rows(around, { unreadFrom: null, timezone: "Asia/Kathmandu" });
    expect(told.flatMap((row) => (row.kind === "day" ? [row.day] : []))).toEqual(["2026-11-22", "2026-11-23"]);
  });

  test("are counted in days, not in hours", () => {
    expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
    expect(daysBetween("2026-12-31", "2027-01-01")).toBe(1);
    expect(daysBetween("2026-11-22", "2026-11-22")).toBe(0);
  });

  test("never come back, though a pending message has a slow clock", () => {
    const told = rows(
      [
        inbound(at("2026-11-21T12:00:00.000Z")),
        inbound(at("2026-11-22T12:00:00.000Z")),
        outbound({ ...at("2026-11-20T12:00:00.000Z"), pending: { state: "waiting" } }),
      ],
      BERLIN,
    );
    expect(outline(told)).toEqual([
      "2026-11-21",
      "inbound first last",
      "2026-11-22",
      "inbound first last",
      "outbound first last",
    ]);
  });

  test("of a year of quarter hours agree with the zone's own calendar", () => {
    const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: "Australia/Lord_Howe" });
    for (let hour = 0; hour < 366 * 24; hour += 5) {
      const at_ms = Date.UTC(2026, 0, 1) + hour * 3_600_000 + 899_999;
      const [year, month, day] = ["year", "month", "day"].map((part) =>
        calendar
          .formatToParts(at_ms)
          .find((each) => each.type === part)
          ?.value.padStart(2, "0"),
      );
      expect(dayOf(at_ms, "Australia/Lord_Howe")).toBe(`${year}-${month}-${day}`);
    }
  });
});

describe("groups", () => {
  const day = "2026-11-22";
  const noon = at("2026-11-22T12:00:00.000Z");

  test("are bubbles of one author in a row", () => {
    const told = rows([inbound(noon), inbound(noon), inbound(noon), outbound(noon), inbound(noon)], BERLIN);
    expect(outline(told)).toEqual([
      day,
      "inbound first",
      "inbound",
      "inbound last",
      "outbound first last",
      "inbound first last",
    ]);
  });

  test("end where another agent, or the phone, goes on", () => {
    const told = rows(
      [
        outbound(noon),
        outbound({ ...noon, agent: { id: "session-2", name: "Bob" } }),
        outbound({ ...noon, origin: "phone_app" }),
      ],
      BERLIN,
    );
    expect(outline(told)).toEqual([day, ...Array(3).fill("outbound first last")]);
  });

  test("end at WhatsApp's own notices", () => {
    const notice = inbound({ ...noon, content: { type: "system", system: {} } as Content });
    const told = rows([inbound(noon), notice, inbound(noon)], BERLIN);
    expect(outline(told)).toEqual([day, "inbound first last", "system", "inbound first last"]);
  });
});

describe("the unread separator", () => {
  const noon = at("2026-11-22T12:00:00.000Z");

  test("stands before the first unread message, under the day, and counts what nobody has read", () => {
    const first = inbound(noon);
    const history = inbound({ ...noon, history: true });
    const notice = inbound({ ...noon, content: { type: "system", system: {} } as Content });
    const told = rows([first, outbound(noon), history, notice, inbound(noon)], { ...BERLIN, unreadFrom: first.id });
    expect(outline(told).slice(0, 3)).toEqual(["2026-11-22", "unread 2", "inbound first last"]);
  });

  test("parts a group", () => {
    const [a, b] = [inbound(noon), inbound(noon)];
    const told = rows([a, b], { ...BERLIN, unreadFrom: b.id });
    expect(outline(told)).toEqual(["2026-11-22", "inbound first last", "unread 1", "inbound first last"]);
  });

  test("is absent when its message is", () => {
    expect(outline(rows([inbound(noon)], { ...BERLIN, unreadFrom: "gone" }))).not.toContain("unread 1");
  });
});

test("every row has a key of its own", () => {
  const messages = Array.from({ length: 500 }, (_, n) =>
    inbound(at(new Date(Date.UTC(2026, 0, 1) + n * 7_200_000).toISOString())),
  );
  const told = rows(messages, { unreadFrom: messages[250]?.id ?? null, timezone: "Asia/Kolkata" });
  expect(new Set(told.map((row) => row.key)).size).toBe(told.length);
});
