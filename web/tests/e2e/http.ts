/** One JSON request from the test itself, beside the browser. */

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`${status}: ${body}`);
  }
}

export async function ask<T>(method: string, url: string, asked: { body?: unknown; bearer?: string } = {}): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(asked.bearer ? { Authorization: `Bearer ${asked.bearer}` } : {}),
      ...(asked.body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status, text);
  return (text ? JSON.parse(text) : undefined) as T;
}
