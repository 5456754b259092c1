/** How long to wait before the next attempt. */

const FIRST = 250;
const LONGEST = 5_000;

/** Milliseconds before attempt 1, 2, …: twice as long each time, and by chance up to half of that less. */
export function backoff(attempt: number): number {
  return Math.min(FIRST * 2 ** (attempt - 1), LONGEST) * (1 - Math.random() / 2);
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
