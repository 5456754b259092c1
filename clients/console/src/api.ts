/** The questions that the page asks the service, with the token of this tab. */
import { base } from "./base.ts";
import { signOut, token } from "./session.ts";
import { Store } from "./store.ts";

/** The service has answered that it will not. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The service has not answered, or cannot now. */
export class Away extends Error {}

/** Since when nothing is answered; null while all is. */
export const awaySince = new Store<Date | null>(null);

export type Query = Record<string, string | number | null | undefined>;

const TIMEOUT = 20_000;

/** Ask for a path below the service. Throws Refused, Away; and AbortError where the signal says so. */
export async function ask<T>(
  path: string,
  query: Query = {},
  signal?: AbortSignal,
  init: RequestInit = {},
): Promise<T> {
  const url = new URL(path, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "")
      url.searchParams.set(name, String(value));
  }
  const given = token.get();
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${given}`);
  const signals = [AbortSignal.timeout(TIMEOUT), ...(signal ? [signal] : [])];
  let response: Response;
  try {
    response = await fetch(url, {
      ...init,
      headers,
      cache: "no-store",
      signal: AbortSignal.any(signals),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    awaySince.set(awaySince.get() ?? new Date());
    throw new Away("The service does not answer.");
  }
  if (response.ok) {
    awaySince.set(null);
    return (await response.json()) as T;
  }
  throw await refusal(response, given);
}

/** Send something. Throws as `ask` does. */
export function send<T>(
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  if (body === undefined) return ask<T>(path, {}, undefined, { method });
  const headers = { "Content-Type": "application/json" };
  return ask<T>(path, {}, undefined, { method, headers, body: JSON.stringify(body) });
}

async function refusal(response: Response, given: string | null): Promise<Error> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  const detail = problem.detail ?? `The service answered ${response.status}.`;
  if (response.status >= 500) {
    awaySince.set(awaySince.get() ?? new Date());
    return new Away(`The service cannot answer now: ${detail}`);
  }
  awaySince.set(null);
  if (response.status === 401 && given === token.get()) signOut(lost(problem.code, detail));
  if (response.status === 403) signOut(`This token is not an operator's: ${detail}`);
  return new Refused(response.status, problem.code ?? "", detail);
}

function lost(code: string | undefined, detail: string): string {
  if (code === "token_expired")
    return "Your token has expired. Sign in with a fresh one; you come back to this page.";
  if (code === "access_revoked")
    return "Your access was taken back. Sign in with a token that was issued since.";
  return `This token is not accepted: ${detail}`;
}
