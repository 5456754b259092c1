/** The question to the service how far a socket was told, and its refusals as errors. */
import type { Socket } from "socket.io-client";
import { KanalError } from "./errors.js";
import type { AckError, ClientEvents, ServerEvents } from "./generated/asyncapi.js";
import { backoff, sleep } from "./waiting.js";

export type KanalSocket = Socket<ServerEvents, ClientEvents>;

/** Milliseconds; the service answers sooner. */
export const ANSWERED_WITHIN = 20_000;

/**
 * Waits until a socket was told all of a workspace up to a position, and answers how far it is by then.
 * Rejects with a KanalError where it is told nothing of the workspace, and with another error where the
 * connection is lost.
 */
export async function reached(
  socket: KanalSocket,
  workspaceId: string,
  position: number,
  signal: AbortSignal,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const answer = await socket.timeout(ANSWERED_WITHIN).emitWithAck("await-position", { workspaceId, position });
    signal.throwIfAborted();
    if ("position" in answer) return answer.position;
    const error = refusal(answer.error);
    if (!error.isPassing) throw error;
    await sleep(backoff(attempt, error.details.retryAfter), signal);
  }
}

export function refusal({ code, message, retryAfter }: AckError): KanalError {
  expect(code);
  return new KanalError(code, message, { retryAfter });
}

/** What is said comes from no service. */
export const ODD = new KanalError("wrong_url", "what is said on the connection is not what Kanal says: is the url right?");

/** Throws for what no service says. */
export function expect(isSaid: unknown): void {
  if (!isSaid) throw ODD;
}
