/** A long past for a shop, as a history import of Meta's brings it: people by the thousand, and talk of years. */
import { randomInt } from "node:crypto";
import { expect } from "@playwright/test";
import { ask } from "./http.ts";
import type { Shop } from "./shop.ts";

/** Somebody with whom there was talk before the number came here. */
export interface Acquaintance {
  phone: string;
  contact_id: string;
}

const MESSAGES_MAX = 5_000; // of one webhook, so that it stays well below what a webhook may weigh
const MINUTE_S = 60;
const DAY_S = 86_400;
const ARRIVAL_MS_MAX = 120_000;
const LINES = [
  "Good morning! Are you open today?",
  "Yes, until six.",
  "Two *large* loaves, please 🥖 and _one_ small one",
  "שלום, האם אתם פתוחים היום?",
  "The list is at https://example.com/menu?day=7, or write to shop@example.com",
  "Thank you! My sister will fetch them on Thursday afternoon, if the rain stops and the tram goes again; otherwise on Friday.",
  "👍",
  "هل لديكم خبز بدون ملح؟",
];

/** Conversations of one message each, the last of them a day old. */
export async function manyConversations(shop: Shop, count: number): Promise<Acquaintance[]> {
  const people = Array.from({ length: count }, () => acquaintance());
  const now_s = Math.floor(Date.now() / 1000) - DAY_S;
  for (let first = 0; first < count; first += MESSAGES_MAX) {
    const told = people.slice(first, first + MESSAGES_MAX);
    await tell(
      shop,
      told.map((person, at) => thread(person, [message(shop, person, first + at, now_s - (first + at) * MINUTE_S)])),
    );
    await arrived(shop, told.at(-1));
  }
  return people;
}

/** One conversation of this many messages, the last of them two days old. */
export async function longConversation(shop: Shop, count: number): Promise<Acquaintance> {
  const person = acquaintance();
  const now_s = Math.floor(Date.now() / 1000) - 2 * DAY_S;
  for (let first = 0; first < count; first += MESSAGES_MAX) {
    const length = Math.min(MESSAGES_MAX, count - first);
    const said = Array.from({ length }, (_, at) => {
      return message(shop, person, first + at, now_s - (count - first - at) * 10 * MINUTE_S);
    });
    await tell(shop, [thread(person, said)]);
    await arrived(shop, person, said.at(-1)?.id);
  }
  return person;
}

/** Whoever was talked with long ago is on WhatsApp today, under the same identity, and can write again. */
export async function meet(shop: Shop, { phone, contact_id }: Acquaintance): Promise<void> {
  await shop.stack.simulate("POST", "/customers", { id: phone, name: "Old Friend", phone, bsuid: contact_id });
}

function acquaintance(): Acquaintance {
  const phone = `4916${String(randomInt(10 ** 9)).padStart(9, "0")}`;
  return { phone, contact_id: `DE.${phone}` };
}

function message(shop: Shop, person: Acquaintance, at: number, at_s: number) {
  const own = at % 3 === 1;
  return {
    id: `wamid.${person.phone}.${at}`,
    from: own ? shop.display_number : person.phone,
    ...(own ? { to: person.phone } : {}),
    timestamp: String(at_s),
    type: "text",
    text: { body: LINES[at % LINES.length] },
    history_context: { status: "READ" },
  };
}

function thread(person: Acquaintance, messages: readonly object[]) {
  return { id: person.phone, context: { user_id: person.contact_id, username: "" }, messages };
}

async function tell(shop: Shop, threads: readonly object[]): Promise<void> {
  const metadata = { display_phone_number: shop.display_number, phone_number_id: shop.number_id };
  const history = [{ metadata: { phase: 0, chunk_order: 1, progress: 100 }, threads }];
  const value = { messaging_product: "whatsapp", metadata, history };
  const body = {
    object: "whatsapp_business_account",
    entry: [{ id: `1${shop.number_id}`, changes: [{ value, field: "history" }] }],
  };
  const { http_code } = await ask<{ http_code: number | null }>(
    "POST",
    `${shop.stack.simulator.origin}/simulator/webhooks/raw?callback=${shop.number_id}`,
    { body },
  );
  expect(http_code).toBe(200);
}

/** What was told last of somebody stands in the state. */
async function arrived(shop: Shop, person: Acquaintance | undefined, wamid?: string): Promise<void> {
  const path = `/v1/numbers/${shop.number_id}/conversations/${person?.contact_id}/messages?limit=1`;
  await expect
    .poll(
      async () => {
        const read = await shop.api<{ messages: { wamid?: string }[] }>("GET", path).catch(() => null);
        return wamid === undefined ? read?.messages.length : read?.messages[0]?.wamid;
      },
      { timeout: ARRIVAL_MS_MAX, intervals: [100] },
    )
    .toBe(wamid ?? 1);
}
