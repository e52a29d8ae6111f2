/** Holds what a page shows against what the server has: nothing missing, nothing twice, all of it in order. */
import { expect } from "@playwright/test";
import type { Screen } from "./screen.ts";
import type { Customer, Shop } from "./shop.ts";

/** High enough that all of a conversation, or of a list, is drawn. */
export const TALL = { width: 1280, height: 6000 };

const SIGNS: Readonly<Record<string, string>> = {
  queued: "Pending",
  accepted: "Pending",
  unknown: "Not known whether it was sent",
  sent: "Sent",
  failed: "Not sent",
  delivered: "Delivered",
  read: "Read",
};

/** The open conversation is the customer's, message for message and sign for sign; texts only. */
export async function expectSameMessages(screen: Screen, shop: Shop, customer: Customer): Promise<void> {
  const told = async () =>
    (await shop.messages(customer, 200)).reverse().map(({ content, direction, status, error }) => {
      const words = (content as { text?: { body?: string } }).text?.body;
      const why = error && (error.title ?? error.message);
      return [words, ...(direction === "inbound" ? [] : [SIGNS[status ?? ""]]), ...(why ? [why] : [])].join(", ");
    });
  const shown = () =>
    screen.bubbles.evaluateAll((all) => all.map((one) => one.ariaLabel?.replace(/^.+?, \d\d?:\d\d, /, "")));
  await expect(async () => expect(await shown()).toEqual(await told())).toPass({ timeout: 15_000 });
}

/** The list is the server's, row for row: who, how many are unread, and the last words. */
export async function expectSameList(screen: Screen, shop: Shop): Promise<void> {
  const told = async () =>
    (await shop.conversations()).map(({ contact, unread, preview }) => [contact.name, unread, preview?.text]);
  const shown = () =>
    screen.rows.evaluateAll((all) =>
      all.map((one) => {
        const spoken = one.cloneNode(true) as Element;
        for (const mute of spoken.querySelectorAll("[aria-hidden=true]")) mute.remove();
        const parts = /^(.+?), (?:(\d+) unread messages?, )?\S+, (?:You \(.+?\), )?(.*)$/.exec(
          spoken.textContent ?? "",
        );
        return [parts?.[1], Number(parts?.[2] ?? 0), parts?.[3]];
      }),
    );
  await expect(async () => expect((await shown()).sort()).toEqual((await told()).sort())).toPass({ timeout: 15_000 });
}
