/** Why the list is not live, as far as this client can find out, for the state to say. */
import { KanalError } from "./errors.js";
import type { Requests } from "./requests.js";
import type { Store } from "./store.js";

export const LOST = new KanalError("unreachable", "the connection to the service is lost");

export class Reasons {
  /** How often in a row there was no connection at all. */
  #attempts = 0;

  constructor(
    readonly requests: Requests,
    readonly workspace: string,
    readonly store: Store,
  ) {}

  /** Shows a reason, unless the list is live or the token is refused, which is one already. */
  show(reason: unknown): void {
    const { status } = this.store.getSnapshot();
    if (reason instanceof KanalError && status !== "live" && status !== "refused") this.store.set({ reason });
  }

  /** A connection has come about. */
  connected(): void {
    this.#attempts = 0;
  }

  /** Asks why there is none: by one request after 1, 2, 4, 8, … attempts, so that many clients cost little. */
  async unconnected(signal: AbortSignal): Promise<void> {
    const attempt = ++this.#attempts;
    if ((attempt & (attempt - 1)) !== 0) return;
    const path = ["workspaces", this.workspace, "channels"];
    const reason = await this.requests.whyUnconnected({ path, query: { limit: 1 }, signal });
    if (!signal.aborted) this.show(reason);
  }

  /** A token that the application gives now. Rejects with a KanalError where it gives none. */
  async freshToken(): Promise<string> {
    try {
      return await this.requests.tokens.fresh();
    } catch (cause) {
      throw new KanalError("token_unavailable", "the application has given no token", { cause });
    }
  }
}
