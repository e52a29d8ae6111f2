/** More than anybody has: conversations by the thousand, and one that never ended, by way of history webhooks. */
import { randomInt } from "node:crypto";
import { expect } from "@playwright/test";
import type { Shop } from "./shop.ts";

const THREADS_PER_CHUNK = 1_000;
const MESSAGES_PER_CHUNK = 10_000; // about 2 MB, of the 4 MiB that a webhook may have
const MONTH_S = 30 * 86_400;

/** So many conversations of one message each. */
export async function manyConversations(shop: Shop, count: number): Promise<void> {
  for (let made = 0; made < count; made += THREADS_PER_CHUNK) {
    const past = { number_id: shop.number_id, messages: THREADS_PER_CHUNK, threads: THREADS_PER_CHUNK };
    await shop.stack.simulate("POST", "/webhooks/history", past);
  }
  await expect.poll(() => counted(shop, count), { timeout: 60_000, intervals: [500] }).toBe(count);
}

/** One conversation with as many messages as fit into this time, oldest first; resolves with how many and whose. */
export async function longConversation(
  shop: Shop,
  count: number,
  within_ms: number,
): Promise<{ phone: string; made: number }> {
  const phone = `4915${String(randomInt(10 ** 9)).padStart(9, "0")}`;
  const began = performance.now();
  const from_s = Math.floor(Date.now() / 1000) - MONTH_S;
  let made = 0;
  while (made < count && performance.now() - began < within_ms) {
    const messages = Array.from({ length: MESSAGES_PER_CHUNK }, (_, place) => {
      const ours = place % 3 === 2;
      const [at, words] = [made + place, LINES[place % LINES.length]];
      return {
        from: ours ? shop.display_number : phone,
        ...(ours ? { to: phone } : {}),
        id: `wamid.flood.${phone}.${at}`,
        timestamp: String(from_s + at * 10),
        type: "text",
        text: { body: `${words} (${at})` },
        history_context: { status: "READ" },
      };
    });
    made += messages.length;
    await post(shop, { id: phone, messages });
    await expect.poll(() => newest(shop, phone), { timeout: 60_000 }).toContain(`(${made - 1})`);
  }
  return { phone, made };
}

const LINES = [
  "Good morning",
  "Two loaves, please",
  "They are on the table for you, whenever you like to come by",
  "👍",
  "Thank you!",
];

async function post(shop: Shop, thread: { id: string; messages: unknown[] }): Promise<void> {
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: shop.display_number, phone_number_id: shop.number_id },
    history: [{ metadata: { phase: 0, chunk_order: 1, progress: 100 }, threads: [thread] }],
  };
  const body = { object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "history", value }] }] };
  const path = `/webhooks/raw?signature=valid&callback=${shop.number_id}`;
  const { http_code } = await shop.stack.simulate<{ http_code: number }>("POST", path, body);
  expect(http_code).toBe(200);
}

async function newest(shop: Shop, phone: string): Promise<string> {
  const found = (await shop.conversations()).find((one) => one.contact.phone?.endsWith(phone));
  return found?.preview?.text ?? "";
}

/** How many conversations there are, up to the number that is hoped for. */
async function counted(shop: Shop, most: number): Promise<number> {
  let [count, before] = [0, ""];
  while (count < most) {
    const path = `/v1/numbers/${shop.number_id}/conversations?limit=200${before && `&before=${before}`}`;
    const page = await shop.api<{ conversations: unknown[]; next: string | null }>("GET", path);
    count += page.conversations.length;
    if (page.next === null) break;
    before = page.next;
  }
  return count;
}
