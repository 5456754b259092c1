/** Requests to the service over HTTP, each repeated until it has an answer or its patience ends. */
import { type Code, KanalError } from "./errors.js";
import type { Tokens } from "./tokens.js";
import { backoff, sleep } from "./waiting.js";

/** Milliseconds until an attempt without an answer is given up, and the next one is made. */
const ANSWERED_WITHIN = 15_000;

export interface Request {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Segments of a path below that of the service, as they are. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
  /** This token and no other; without one the application's, and once a fresh one. */
  readonly token?: string;
  /** Milliseconds in which it is repeated. */
  readonly patience?: number;
  /** Is told why an attempt is repeated. */
  readonly onRepeat?: (because: KanalError) => void;
}

export interface Answer<Body> {
  readonly body: Body;
  readonly headers: Headers;
}

export class Requests {
  constructor(
    readonly base: URL,
    readonly tokens: Tokens,
    readonly patience: number,
  ) {}

  /**
   * Rejects with a KanalError, with the signal's reason, or with what the application throws that was
   * asked for a token.
   */
  async send<Body>(request: Request): Promise<Answer<Body>> {
    const until = Date.now() + (request.patience ?? this.patience);
    const url = this.#url(request);
    let token = request.token ?? (await this.tokens.current());
    let hasRenewed = request.token !== undefined;
    let mayBeDone = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await answered<Body>(url, token, request);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (!(error instanceof KanalError)) throw error;
        if (error.status === 401 && !hasRenewed) {
          hasRenewed = true;
          const refused = token;
          token = await this.tokens.insteadOf(refused);
          if (token !== refused) continue;
        }
        const wait = backoff(attempt, error.details.retryAfter);
        if (!error.isPassing || Date.now() + wait > until) throw marked(error, mayBeDone);
        mayBeDone ||= error.code !== "rate_limited";
        request.onRepeat?.(error);
        await sleep(wait, request.signal);
      }
    }
  }

  /** Why there is no connection, as far as the answer to one request tells. It may be without a token. */
  async whyUnconnected(request: Request): Promise<KanalError> {
    try {
      await answered(this.#url(request), this.tokens.known, request);
    } catch (error) {
      if (error instanceof KanalError && !error.isAboutToken) return error;
    }
    return new KanalError("unreachable", "the service answers requests, but there is no connection to it");
  }

  #url({ path, query = {} }: Request): URL {
    for (const segment of path) {
      // A URL loses such a segment, escaped or not, and names something else then.
      if (/^\.{0,2}$/.test(segment)) throw new KanalError("invalid", `${JSON.stringify(segment)} is no id`);
    }
    const url = new URL(path.map(encodeURIComponent).join("/"), this.base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }
}

async function answered<Body>(url: URL, token: string | null, request: Request): Promise<Answer<Body>> {
  const { method = "GET", body, signal } = request;
  const headers = headersOf(request, token);
  const limit = AbortSignal.timeout(ANSWERED_WITHIN);
  let response, answer;
  try {
    response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      cache: "no-store",
    });
    answer = await response.text();
  } catch (cause) {
    throw new KanalError("unreachable", "the service has not answered", { cause });
  }
  const said = parsed(answer);
  if (response.ok && isObject(said)) return { body: said as Body, headers: response.headers };
  throw refusal(response, said);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function headersOf({ headers, body }: Request, token: string | null): Headers {
  const found = new Headers(body === undefined ? {} : { "Content-Type": "application/json" });
  if (token !== null) set(found, "Authorization", `Bearer ${token}`, "token_invalid", "the token");
  for (const [name, value] of Object.entries(headers ?? {})) set(found, name, value, "invalid", name);
  return found;
}

function set(headers: Headers, name: string, value: string, code: Code, what: string): void {
  try {
    headers.set(name, value);
  } catch {
    throw new KanalError(code, `${what} has a character that no header can hold`);
  }
}

/** A refusal of the service; or what a proxy says that has none behind it just now; or of something else. */
function refusal({ status, headers, url }: Response, said: unknown): KanalError {
  const retryAfter = Number(headers.get("Retry-After")) || undefined;
  const { code, detail = `status ${status}` } = (isObject(said) ? said : {}) as { code?: Code; detail?: string };
  if (typeof code === "string" && (code as string) !== "unknown_path") {
    return new KanalError(code, detail, { status, retryAfter });
  }
  if (status === 429 || status > 501) {
    return new KanalError(status === 429 ? "rate_limited" : "unavailable", detail, { status, retryAfter });
  }
  const { origin, pathname } = new URL(url);
  const message = `${origin}${pathname} is not answered as Kanal does, with status ${status}: is the url right?`;
  return new KanalError("wrong_url", message, { status });
}

/** Notes a cursor to follow. Throws a KanalError at one that was followed before: that would not end. */
export function follow(seen: Set<string>, next: string): void {
  if (seen.has(next)) throw new KanalError("wrong_url", "the pages go in circles: is the url right?");
  seen.add(next);
}

function marked(error: KanalError, mayBeDone: boolean): KanalError {
  const isOpen = mayBeDone || (error.isPassing && error.code !== "rate_limited");
  return new KanalError(error.code, error.message, { ...error.details, mayBeDone: isOpen });
}
