/** One business of its own for one test: a number at the simulated Meta, a workspace, customers. */
import { randomInt, randomUUID } from "node:crypto";
import type { Message } from "@core/chat";
import { ask } from "./http.ts";
import type { Stack } from "./stack.ts";

export interface Customer {
  id: string;
  name: string;
  phone: string;
  contact_id: string;
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
  static async open(stack: Stack): Promise<Shop> {
    const number_id = String(10 ** 15 + randomInt(10 ** 12));
    const display_number = `1555${number_id.slice(-7)}`;
    const access_token = `EAA${randomUUID().replaceAll("-", "")}`;
    const app_secret = randomUUID().replaceAll("-", "");
    await stack.simulate("POST", "/numbers", { id: number_id, account_id: `1${number_id}`, display_number });
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

  /** Resolves with the wamid; `said` is as the admin API's `write` takes it. */
  async writes(customer: Customer, said: string | Readonly<Record<string, unknown>>): Promise<string> {
    const body = typeof said === "string" ? { text: said } : said;
    const answer = await this.stack.simulate<{ wamid: string }>("POST", `/customers/${customer.id}/write`, {
      ...body,
      number_id: this.number_id,
    });
    return answer.wamid;
  }

  /** What the server holds of a conversation, newest first. */
  async messages(customer: Customer): Promise<Message[]> {
    const path = `/v1/numbers/${this.number_id}/conversations/${customer.contact_id}/messages`;
    return (await this.api<{ messages: Message[] }>("GET", path)).messages;
  }

  /** How many times Graph accepted something from us for this number. */
  async accepted(): Promise<Record<string, number>> {
    return await this.stack.simulate("GET", "/ledger/counts");
  }
}
