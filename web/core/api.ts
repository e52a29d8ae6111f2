/** The one door to the HTTP API: every call answers with its body, or throws Problem or Unreachable. */
import type { Clock } from "./environment";
import { Problem, Unreachable } from "./problem";
import type { paths } from "./schema";

export { Problem, Unreachable } from "./problem";

const ANSWER_MS_MAX = 30_000; // beyond this nobody is waiting any more, and a dead connection looks just like it

const NAMELESS = "http_401"; // our server gives each of its refusals a name

type Method = "get" | "post" | "put" | "patch" | "delete";
type Having<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;

type PathOf<O> = O extends { parameters: { path: infer P } } ? { path: P } : unknown;
type QueryOf<O> = O extends { parameters: { query: infer Q } }
  ? { query: Q }
  : O extends { parameters: { query?: infer Q } }
    ? { query?: NonNullable<Q> }
    : unknown;
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : unknown;
type Asked<O> = PathOf<O> & QueryOf<O> & BodyOf<O> & { secret?: string };
type Arguments<O> = Record<never, never> extends Asked<O> ? [asked?: Asked<O>] : [asked: Asked<O>];

type Good = 200 | 201 | 202;
type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R & Good]: R[S] extends { content: { "application/json": infer B } } ? B : undefined }[keyof R & Good]
  : never;
export type Answer<P extends keyof paths, M extends Method> = [AnswerOf<Operation<P, M>>] extends [never]
  ? undefined
  : AnswerOf<Operation<P, M>>;

type Call<M extends Method> = <P extends Having<M>>(
  path: P,
  ...asked: Arguments<Operation<P, M>>
) => Promise<Answer<P, M>>;

export interface Api {
  get: Call<"get">;
  post: Call<"post">;
  put: Call<"put">;
  patch: Call<"patch">;
  delete: Call<"delete">;
}

/** What the door needs, and whom it tells what it noticed. */
export interface Doorway {
  origin: string;
  fetch: typeof fetch;
  clock: Clock;
  /** The session's secret, while there is one. */
  secret(): string | null;
  /** Each answer's `Date` header, with when it was asked and answered in steady milliseconds. */
  heard(date: string | null, sent_at: number, received_at: number): void;
  /** The session that was asked with is no longer good. */
  unauthenticated(secret: string): void;
}

interface Loose {
  path?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  secret?: string;
}

export function openApi(doorway: Doorway): Api {
  const { clock } = doorway;

  // Types were checked where it was called; from here on a call is only a method, a path and what goes with it.
  async function call(method: Method, path: string, asked: Loose = {}): Promise<unknown> {
    const secret = asked.secret ?? doorway.secret();
    const giving_up = new AbortController();
    const forget = clock.after(ANSWER_MS_MAX, () => giving_up.abort());
    const sent_at = clock.steady();
    let response: Response;
    let received_at: number;
    let body: unknown;
    try {
      response = await doorway.fetch(
        new Request(doorway.origin + addressed(path, asked), {
          method: method.toUpperCase(),
          headers: {
            ...(secret === null ? {} : { Authorization: `Bearer ${secret}` }),
            ...(asked.body === undefined ? {} : { "Content-Type": "application/json" }),
          },
          ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
          signal: giving_up.signal,
          cache: "no-store", // what may be kept is kept by core, where sign-out wipes it
          credentials: "omit",
          referrerPolicy: "no-referrer",
        }),
      );
      received_at = clock.steady();
      body = read(await response.text(), response.ok);
    } catch (cause) {
      throw new Unreachable(cause); // also an answer that is no JSON: some wall's sign-in page, not our server
    } finally {
      forget();
    }
    doorway.heard(response.headers.get("date"), sent_at, received_at);
    if (response.ok) return body;
    const problem = new Problem(response.status, body, retryAfter(response));
    if (response.status === 401) {
      if (problem.code === NAMELESS) throw new Unreachable(problem); // a wall's own password, not our session
      if (secret !== null && secret === doorway.secret()) doorway.unauthenticated(secret);
    }
    throw problem;
  }

  const bound =
    (method: Method) =>
    (path: string, asked?: Loose): Promise<unknown> =>
      call(method, path, asked);
  return {
    get: bound("get"),
    post: bound("post"),
    put: bound("put"),
    patch: bound("patch"),
    delete: bound("delete"),
  } as unknown as Api;
}

/** `/v1/numbers/{number_id}` with its names filled in, and what is asked for behind it. */
function addressed(path: string, { path: names = {}, query = {} }: Loose): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? filled : `${filled}?${search}`;
}

/** A refusal may come from a wall that speaks no JSON; an answer may not. */
function read(text: string, isAnswer: boolean): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch (cause) {
    if (isAnswer) throw cause;
    return text;
  }
}

function retryAfter(response: Response): number | undefined {
  const told = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(told) && told >= 0 ? told : undefined;
}
