/** When a token is replaced: shortly before it runs out, as it says of itself. Nothing else is read in it. */
import type { Tokens } from "./tokens.js";
import { sleep } from "./waiting.js";

/** Milliseconds before its end; half of what is left, where that is less. */
const EARLY = 60_000;

/** With so little left it is for the service to say that the token has run out. */
const TOO_LATE = 1_000;

/** What a timer can wait at most is some 24 days. */
const LONGEST = 86_400_000;

/**
 * Another token of the application, as soon as the one it has given is about to run out; null where it has
 * given none by then, or the token does not say when that is. Rejects with the signal's reason.
 */
export async function renewed(tokens: Tokens, token: string, signal: AbortSignal): Promise<string | null> {
  for (;;) {
    const left = endOf(token) - Date.now();
    if (!(left > TOO_LATE)) return null;
    const wait = left - Math.min(EARLY, left / 2);
    await sleep(Math.min(wait, LONGEST), signal);
    if (wait > LONGEST) continue;
    const fresh = await tokens.fresh().catch(() => token);
    signal.throwIfAborted();
    if (fresh !== token) return fresh;
  }
}

/** The `exp` of a JWT (RFC 7519), in milliseconds of Unix time; NaN where it has none. */
function endOf(token: string): number {
  try {
    const payload = token.split(".")[1] ?? "";
    return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))).exp * 1_000;
  } catch {
    return NaN;
  }
}
