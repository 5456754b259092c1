/** How long to wait before the next attempt. */

const FIRST = 250;
const LONGEST = 5_000;
const LONGEST_ASKED_FOR = 60_000;

/**
 * Milliseconds before attempt 1, 2, …: twice as long each time, by chance up to half of that less, and no
 * less than the seconds that the service asks for, up to a minute.
 */
export function backoff(attempt: number, retryAfter?: number): number {
  const own = Math.min(FIRST * 2 ** (attempt - 1), LONGEST) * (1 - Math.random() / 2);
  return Math.max(own, Math.min((retryAfter ?? 0) * 1_000 || 0, LONGEST_ASKED_FOR)); // said to be a number
}

/** Waits so many milliseconds. Rejects with the signal's reason once it is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
