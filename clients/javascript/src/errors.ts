/** What is refused or has no answer, as an error with a `code` that programs go by. */
import { STATUS_OF } from "./generated/errors.js";

/** Those of the service, and `unreachable`, where it has given no answer at all. */
export type Code = keyof typeof STATUS_OF | "unreachable";

export class KanalError extends Error {
  override readonly name = "KanalError";

  constructor(
    readonly code: Code,
    message: string,
    readonly details: {
      /** Seconds after which it may be tried again, where the service says so. */
      readonly retryAfter?: number | undefined;
      /** An attempt had no answer: what was asked for may have been done. */
      readonly mayBeDone?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** The HTTP status that goes with the code; 0 for `unreachable`. */
  get status(): number {
    return (STATUS_OF as Record<string, number>)[this.code] ?? 0;
  }

  /** Whether the same may go well a moment later. */
  get isPassing(): boolean {
    return ["unreachable", "unavailable", "rate_limited"].includes(this.code);
  }

  /** Whether the token is not good, or not for the workspace. */
  get isAboutToken(): boolean {
    return this.status === STATUS_OF.token_invalid || this.code === "forbidden";
  }
}
