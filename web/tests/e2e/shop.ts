/** One business of its own for one test: a number at the simulated Meta, a workspace, customers. */
import { randomInt, randomUUID } from "node:crypto";
import type { Conversation, Message } from "@core/chat";
import { expect } from "@playwright/test";
import { ask } from "./http.ts";
import type { Stack } from "./stack.ts";

export interface Customer {
  id: string;
  name: string;
  phone: string;
  contact_id: string;
}

/** A message as a customer's phone shows it. */
export interface PhoneBubble {
  by: "customer" | "business" | "shop";
  content: Record<string, unknown> | null;
  context_wamid: string | null;
  is_read?: boolean;
  reactions: string[];
}

export class Shop {
  private constructor(
    readonly stack: Stack,
    readonly session: string,
    readonly number_id: string,
    readonly access_token: string,
    readonly app_secret: string,
    readonly verify_token: string,
    readonly display_number: string,
  ) {}

  /** Meta knows the number; the workspace is there; nothing is connected yet. */
  static async open(stack: Stack, verified_name = "A business"): Promise<Shop> {
    const number_id = String(10 ** 15 + randomInt(10 ** 12));
    const display_number = `1555${number_id.slice(-7)}`;
    const access_token = `EAA${randomUUID().replaceAll("-", "")}`;
    const app_secret = randomUUID().replaceAll("-", "");
    const account_id = `1${number_id}`;
    await stack.simulate("POST", "/numbers", { id: number_id, account_id, display_number, verified_name });
    await stack.simulate("POST", "/tokens", { token: access_token, number_ids: [number_id] });
    const made = await ask<{ token: string }>("POST", `${stack.origin}/v1/sessions`, { body: { agent_name: "Ben" } });
    return new Shop(stack, made.token, number_id, access_token, app_secret, "opensesame", display_number);
  }

  /** As Save & connect and the App Dashboard together do, without a browser. */
  async connect(): Promise<void> {
    await this.introduce();
    await this.api("POST", "/v1/numbers", {
      phone_number_id: this.number_id,
      access_token: this.access_token,
      verify_token: this.verify_token,
      app_secret: this.app_secret,
    });
  }

  /** What a person does in Meta's App Dashboard: callback URL and verify token. */
  async introduce(): Promise<void> {
    const { callback_url } = await this.api<{ callback_url: string }>("PUT", "/v1/callback", {
      verify_token: this.verify_token,
    });
    await this.verify(callback_url, this.verify_token);
  }

  async verify(url: string, verify_token: string): Promise<void> {
    await this.stack.simulate("PUT", "/callbacks", {
      id: this.number_id,
      url,
      verify_token,
      app_secret: this.app_secret,
      number_ids: [this.number_id],
    });
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    return await ask<T>(method, `${this.stack.origin}${path}`, { body, bearer: this.session });
  }

  /** A colleague signs out the device of this agent. */
  async revoke(agent: string): Promise<void> {
    const { sessions } = await this.api<{ sessions: { id: string; agent: { name?: string } }[] }>(
      "GET",
      "/v1/sessions",
    );
    for (const { id } of sessions.filter((session) => session.agent.name === agent))
      await this.api("DELETE", `/v1/sessions/${id}`);
  }

  /** An invite into this workspace: how a browser gets in. */
  async invite(): Promise<string> {
    return (await this.api<{ invite: string }>("POST", "/v1/invites")).invite;
  }

  /** Somebody new on WhatsApp. */
  async customer(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<Customer> {
    const phone = `4915${String(randomInt(10 ** 9)).padStart(9, "0")}`;
    const bsuid = `DE.${phone}`;
    const id = randomUUID();
    await this.stack.simulate("POST", "/customers", { id, name, phone, bsuid, ...more });
    return { id, name, phone, contact_id: bsuid };
  }

  /** This many people who have written, the first of them last, a minute apart. */
  async crowd(count: number): Promise<Customer[]> {
    const people: Customer[] = [];
    for (let place = 1; place <= count; place++) {
      const customer = await this.customer(`Customer ${place}`);
      people.push(customer);
      await this.writes(customer, { text: `Message of ${place}`, hours_ago: place / 60 });
    }
    await expect.poll(async () => (await this.conversations()).length).toBe(count);
    return people;
  }

  /** Customers 0, 1 and so on of the simulator's crowd write steadily for a while. */
  async traffic(flow: { per_s: number; for_s: number; customers: number }): Promise<void> {
    await this.stack.simulate("POST", "/traffic", { ...flow, number_ids: [this.number_id] });
  }

  /** One of that crowd, by the conversation that the server has with them. */
  async ofCrowd(place: number): Promise<Customer> {
    const name = `Customer ${place}`;
    const found = (await this.conversations()).find(({ contact }) => contact.name === name);
    return { id: `crowd-${place}`, name, phone: found?.contact.phone ?? "", contact_id: found?.contact_id ?? "" };
  }

  /** Resolves with the wamid; `said` is as the admin API's `write` takes it. */
  async writes(customer: Customer, said: string | Readonly<Record<string, unknown>>): Promise<string> {
    const body = typeof said === "string" ? { text: said } : said;
    const answer = await this.stack.simulate<{ wamid: string }>("POST", `/customers/${customer.id}/write`, {
      ...body,
      number_id: this.number_id,
    });
    return answer.wamid;
  }

  /** Writes, and waits until the server has it: webhooks of one second may overtake each other. */
  async lands(customer: Customer, said: string | Readonly<Record<string, unknown>>): Promise<string> {
    const wamid = await this.writes(customer, said);
    const landed = async () => (await this.messages(customer).catch(() => [])).some((one) => one.wamid === wamid);
    await expect.poll(landed).toBe(true);
    return wamid;
  }

  /** Something about a customer changes: coverage, habits, name. */
  async turns(customer: Customer, change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.stack.simulate("PATCH", `/customers/${customer.id}`, change);
  }

  /** Meta tells of a message of ours how far it got, whatever it told before. */
  async tells(wamid: string, status: string): Promise<void> {
    await this.stack.simulate("POST", "/webhooks/status", { wamid, status });
  }

  /** What goes wrong at Graph for this number, as the admin API's `faults` takes it. */
  async fault(fault: Readonly<Record<string, unknown>>): Promise<void> {
    await this.stack.simulate("POST", "/faults", { ...fault, number_id: this.number_id });
  }

  /** What this customer's phone shows, oldest first. */
  async phone(customer: Customer): Promise<PhoneBubble[]> {
    const path = `/customers/${customer.id}/phone?number_id=${this.number_id}`;
    return (await this.stack.simulate<{ bubbles: PhoneBubble[] }>("GET", path)).bubbles;
  }

  /** What the server holds of a conversation, newest first. */
  async messages(customer: Customer, limit = 50): Promise<Message[]> {
    const path = `/v1/numbers/${this.number_id}/conversations/${customer.contact_id}/messages?limit=${limit}`;
    return (await this.api<{ messages: Message[] }>("GET", path)).messages;
  }

  /** The newest conversations, as the server tells them. */
  async conversations(): Promise<Conversation[]> {
    const path = `/v1/numbers/${this.number_id}/conversations?limit=200`;
    return (await this.api<{ conversations: Conversation[] }>("GET", path)).conversations;
  }

  /** What was asked once and sent more than once, at any number of this installation. */
  async doubled(): Promise<Record<string, number>> {
    return (await this.stack.simulate<{ doubled: Record<string, number> }>("GET", "/ledger")).doubled;
  }
}

/** WhatsApp tells whole seconds: what has to be later must be of a later one. */
export async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(second);
}
