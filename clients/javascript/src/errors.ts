/** What is refused or has no answer, as an error with a `code` that programs go by. */
import { STATUS_OF } from "./generated/errors.js";

/**
 * Those of the service, and what this client finds out itself:
 *
 * - `unreachable`: there was no answer at all
 * - `wrong_url`: what answers at the url is no Kanal, or has it below another path
 * - `token_unavailable`: the application has given no token; `cause` is what its function has thrown
 *
 * What this client refuses before it sends anything has the code, and the status, that the service has for it.
 */
export type Code = keyof typeof STATUS_OF | "unreachable" | "wrong_url" | "token_unavailable";

export class KanalError extends Error {
  override readonly name = "KanalError";

  constructor(
    readonly code: Code,
    message: string,
    readonly details: {
      /** That of the answer, where it is not the one that goes with the code. */
      readonly status?: number | undefined;
      /** Seconds after which it may be tried again, where the service says so. */
      readonly retryAfter?: number | undefined;
      /** An attempt had no answer: what was asked for may have been done. */
      readonly mayBeDone?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** The HTTP status of the answer, or the one that goes with the code; 0 where there is none. */
  get status(): number {
    return this.details.status ?? (STATUS_OF as Record<string, number>)[this.code] ?? 0;
  }

  /** Whether the same may go well a moment later. */
  get isPassing(): boolean {
    return ["unreachable", "unavailable", "rate_limited"].includes(this.code);
  }

  /** Whether the token is not good, or not for the workspace. */
  get isAboutToken(): boolean {
    return (STATUS_OF as Record<string, number>)[this.code] === STATUS_OF.token_invalid || this.code === "forbidden";
  }
}
