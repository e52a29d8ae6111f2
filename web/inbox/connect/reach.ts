/** Whether Meta can reach a callback address at all, as far as the address itself tells. */

const PRIVATE = [/^localhost$/, /\.localhost$/, /\.local$/, /^127\./, /^10\./, /^192\.168\./, /^169\.254\./, /^0\./];
const PRIVATE_172 = /^172\.(1[6-9]|2\d|3[01])\./;

/** Meta insists on https and a name or address of the public network. */
export function reachable(callback_url: string): boolean {
  if (!URL.canParse(callback_url)) return false;
  const { protocol, hostname } = new URL(callback_url);
  const host = hostname.toLowerCase();
  if (protocol !== "https:" || host.startsWith("[")) return protocol === "https:" && !/^\[(::1|f[cd]|fe80)/.test(host);
  return host.includes(".") && !PRIVATE.some((shape) => shape.test(host)) && !PRIVATE_172.test(host);
}
