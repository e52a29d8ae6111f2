/** What is checked of a webhook before it is believed: Meta's signature over the raw bytes, and the whole schema. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const schema = JSON.parse(readFileSync(new URL("webhook.schema.json", import.meta.url), "utf8"));
const isWebhook = new Ajv({ strict: false }).compile(schema);

export function isSigned(secret, body, header) {
  if (typeof header !== "string" || header.length !== 71 || !header.startsWith("sha256=")) return false;
  return timingSafeEqual(createHmac("sha256", secret).update(body).digest(), Buffer.from(header.slice(7), "hex"));
}

export function isSound(body) {
  try {
    return isWebhook(JSON.parse(body));
  } catch {
    return false;
  }
}
