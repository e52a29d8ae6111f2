/** Erasing at the server, and asking it afterwards who is still there. */
import { type Api, Problem } from "./api";
import type { components } from "./schema";

type Schemas = components["schemas"];

/** What was removed where, what ends later by itself, and what is not ours to remove. */
export type Receipt = Schemas["Receipt"];

export function eraseContact(api: Api, number_id: string, contact_id: string): Promise<Receipt> {
  return api.delete("/v1/numbers/{number_id}/conversations/{contact_id}", { path: { number_id, contact_id } });
}

/** All conversations of a number, and the number itself. */
export async function eraseNumber(api: Api, number_id: string): Promise<Receipt> {
  return api.delete("/v1/numbers/{number_id}", { path: { number_id }, query: { erase: true } });
}

/** The id under which a contact goes on at the server; null when there is no such contact, or no longer. */
export async function seek(api: Api, number_id: string, contact_id: string): Promise<string | null> {
  const path = { number_id, contact_id };
  try {
    return (await api.get("/v1/numbers/{number_id}/conversations/{contact_id}", { path })).contact_id;
  } catch (failure) {
    if (failure instanceof Problem && failure.code === "no_such_contact") return null;
    throw failure;
  }
}
