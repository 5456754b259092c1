/** The latest answer, also while the next one is asked for: what is shown does not flicker under a slider. */
import { useRef } from "preact/hooks";

export function useKept<T>(data: T | null): T | null {
  const kept = useRef<T | null>(null);
  if (data !== null) kept.current = data;
  return kept.current;
}
