/** Whoever runs the inbox on an address that Meta cannot reach is told so before they wonder. */
import { reachable } from "@inbox/connect/reach";
import { expect, test } from "vitest";

test.each([
  ["https://inbox.example.com/webhooks/k", true],
  ["https://203.0.113.7/webhooks/k", true],
  ["https://[2001:db8::1]/webhooks/k", true],
  ["http://inbox.example.com/webhooks/k", false],
  ["https://localhost/webhooks/k", false],
  ["http://127.0.0.1:8080/webhooks/k", false],
  ["https://192.168.1.4/webhooks/k", false],
  ["https://172.20.0.3/webhooks/k", false],
  ["https://172.32.0.3/webhooks/k", true],
  ["https://inbox/webhooks/k", false],
  ["https://shop.local/webhooks/k", false],
  ["https://[::1]/webhooks/k", false],
  ["https://[fd00::1]/webhooks/k", false],
  ["nonsense", false],
])("%s", (address, expected) => {
  expect(reachable(address)).toBe(expected);
});
