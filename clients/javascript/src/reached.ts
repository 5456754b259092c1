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
    if (!("error" in answer)) return answer.position;
    const error = refusal(answer.error);
    if (!error.isPassing) throw error;
    await sleep(pause(attempt, error), signal);
  }
}

export function refusal({ code, message, retryAfter }: AckError): KanalError {
  return new KanalError(code, message, { retryAfter });
}

/** Milliseconds before the next attempt. */
export function pause(attempt: number, { details }: KanalError): number {
  return Math.max(backoff(attempt), (details.retryAfter ?? 0) * 1_000);
}
