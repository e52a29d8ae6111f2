/** What can go wrong between browser and server: the server says no, or there is no server. */
import type { GraphError } from "./chat";

/** One refused field, by its name in the request; several levels are joined by dots. */
export interface RefusedField {
  field?: string;
  code?: string;
  message?: string;
}

/** The server's refusal (RFC 9457); `code` is stable, `title` is for people. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly graph_error?: GraphError;
  readonly retry_after_s?: number;
  readonly errors?: readonly RefusedField[];

  constructor(status: number, body: unknown, retry_after_s?: number) {
    const told = isRecord(body) ? body : {};
    const code = typeof told["code"] === "string" ? told["code"] : `http_${status}`;
    super(code); // a code alone: titles and details may quote what somebody typed
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.title = typeof told["title"] === "string" ? told["title"] : code;
    if (typeof told["detail"] === "string") this.detail = told["detail"];
    if (isRecord(told["graph_error"])) this.graph_error = told["graph_error"] as unknown as GraphError;
    if (Array.isArray(told["errors"])) this.errors = told["errors"] as RefusedField[];
    if (retry_after_s !== undefined) this.retry_after_s = retry_after_s;
  }

  /** Whether the same request may well be answered a little later. */
  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** No answer at all: no network, no server, a wall in between, or too late. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super("no answer", { cause });
    this.name = "Unreachable";
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
