/** Asks again and again, while the tab is seen and what is asked stays the same. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Away } from "./api.ts";

export interface Polled<T> {
  readonly data: T | null;
  /** Why there is no newer answer, in words. */
  readonly trouble: string | null;
  /** Ask at once. */
  readonly again: () => void;
}

/** Ask with `load` whenever one of `inputs` changes, and every so many ms; with 0 just once. What
 * `load` throws is shown as trouble; after an Away it is tried again each second in any case. */
export function usePolled<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  every: number,
): Polled<T> {
  const [state, setState] = useState<{ data: T | null; trouble: string | null }>({
    data: null,
    trouble: null,
  });
  const current = useRef({ load, every });
  current.current = { load, every };
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    setState({ data: null, trouble: null });
    const stop = new AbortController();
    void repeat(stop.signal, wake, async () => {
      try {
        const data = await current.current.load(stop.signal);
        if (!stop.signal.aborted) setState({ data, trouble: null });
        return current.current.every;
      } catch (error) {
        if (stop.signal.aborted) return 0;
        const trouble = error instanceof Error ? error.message : String(error);
        setState(({ data }) => ({ data, trouble }));
        return error instanceof Away ? 1000 : current.current.every;
      }
    });
    return () => stop.abort();
  }, inputs);
  return { ...state, again: () => wake.current() };
}

/** Do it, wait for as many ms as it answers, and so on until the signal; 0 waits until it is woken.
 * It waits as long as the tab is hidden, and no longer once the network is back. */
export async function repeat(
  signal: AbortSignal,
  wake: { current: () => void },
  step: () => Promise<number>,
): Promise<void> {
  while (!signal.aborted) {
    const pause = await step();
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const ready = () => {
        if (document.hidden && !signal.aborted) return;
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", seen);
        removeEventListener("online", ready);
        signal.removeEventListener("abort", ready);
        resolve();
      };
      // Only if the time has come meanwhile: a tab that is looked at does not ask more often.
      let isDue = false;
      const seen = () => isDue && ready();
      const timer = pause > 0 ? setTimeout(() => ((isDue = true), ready()), pause) : undefined;
      document.addEventListener("visibilitychange", seen);
      addEventListener("online", ready);
      signal.addEventListener("abort", ready);
      wake.current = ready;
    });
  }
}
