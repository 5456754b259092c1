/** The list of a workspace, fetched page by page, each of which reflects a position of its own. */
import type { KanalError } from "./errors.js";
import type { components } from "./generated/openapi.js";
import { follow, type Requests } from "./requests.js";
import type { Channel } from "./state.js";
import { backoff, sleep } from "./waiting.js";

type Page = components["schemas"]["ChannelPageBody"];

/** What one page holds at most. */
const LARGEST_PAGE = 200;

export interface ListOf {
  readonly workspace: string;
  readonly token: string;
  /** The log and the position in it from which on everything is heard. */
  readonly log: string;
  readonly position: number;
  readonly signal: AbortSignal;
  /** Is told why it takes longer. */
  readonly onRepeat: (because: KanalError) => void;
}

/**
 * All channels, and the last position that one of the pages reflects: with what was heard up to there,
 * the list is as of that position. Tried until it is there, refused (a KanalError), or aborted.
 */
export async function fetchList(
  requests: Requests,
  { workspace, token, log, position, signal, onRepeat }: ListOf,
): Promise<{ channels: Channel[]; position: number }> {
  for (let attempt = 1; ; attempt++) {
    const channels: Channel[] = [];
    let upto = position;
    const seen = new Set<string>();
    let next: string | null | undefined;
    do {
      const { body, headers } = await requests.send<Page>({
        path: ["workspaces", workspace, "channels"],
        query: { limit: LARGEST_PAGE, minPosition: upto, after: next ?? undefined },
        token,
        signal,
        onRepeat,
        patience: Infinity,
      });
      // Another node may know sooner, or later, that the log was rewound: the connection ends then.
      if (headers.get("X-Log-ID") !== log) break;
      channels.push(...body.channels);
      upto = Math.max(upto, body.position);
      next = body.next;
      if (next) follow(seen, next);
    } while (next);
    if (next === null) return { channels, position: upto };
    await sleep(backoff(attempt), signal);
  }
}

