/** The live tail: asks each second for what is beyond the last page, and keeps the latest. Where more happened than a
 * page holds, a gap stands for what was left out: it samples, and says so. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Away } from "../api.ts";
import { repeat } from "../polling.ts";
import type { LogEntry, LogPage } from "../types.ts";

export interface Gap {
  /** Positions that were left out, and the one before which they are. */
  readonly positions: number;
  readonly before: number;
}

export type Row = LogEntry | Gap;

export const isGap = (row: Row): row is Gap => "positions" in row;

export interface Sample {
  readonly at: number;
  readonly rate: number;
}

export interface Tail {
  /** The latest first. */
  readonly rows: readonly Row[];
  readonly head: number | null;
  /** Positions that were left out since the tail began. */
  readonly leftOut: number;
  /** Events a second of the whole log, the oldest first. */
  readonly rates: readonly Sample[];
  readonly trouble: string | null;
  /** That the log was rewound while it was watched. */
  readonly isRewound: boolean;
}

const NOTHING: Tail = {
  rows: [],
  head: null,
  leftOut: 0,
  rates: [],
  trouble: null,
  isRewound: false,
};

const EVERY = 1000;
const PAGE = 100;
const KEPT = 200;

/** For how long the rate is kept. */
export const MINUTES = 5;

export type Filters = Record<"workspace" | "channel" | "actor" | "type", string | undefined>;

/** What the tail shows once a page has come. `seconds` have passed since the one before; null at the first. */
export function grown(tail: Tail, page: LogPage, seconds: number | null, now: number): Tail {
  const rows: Row[] = [...page.events].reverse();
  if (page.passedOver > 0) rows.push({ positions: page.passedOver, before: page.first });
  const rate =
    seconds === null || tail.head === null ? null : (page.position - tail.head) / seconds;
  const rates =
    rate === null ? tail.rates : [...tail.rates, { at: now / 1000, rate: Math.max(rate, 0) }];
  return {
    rows: rows.length === 0 ? tail.rows : [...rows, ...tail.rows].slice(0, KEPT),
    head: page.position,
    leftOut: tail.leftOut + page.passedOver,
    rates: rates.filter(({ at }) => at > now / 1000 - MINUTES * 60),
    trouble: null,
    isRewound: tail.isRewound,
  };
}

export function useTail(filters: Filters, isLive: boolean): Tail {
  const [tail, setTail] = useState(NOTHING);
  const place = useRef<{ last: number; log: string; at: number } | null>(null);
  const inputs = [filters.workspace, filters.channel, filters.actor, filters.type];
  useEffect(() => {
    place.current = null;
    setTail(NOTHING);
  }, inputs);
  useEffect(() => {
    if (!isLive) return;
    const stop = new AbortController();
    const step = async () => {
      try {
        const { last, log, at } = place.current ?? {};
        const limit = last === undefined ? 50 : PAGE;
        const page = await ask<LogPage>(
          "operator/log",
          { ...filters, after: last, limit },
          stop.signal,
        );
        const now = Date.now();
        if (log !== undefined && log !== page.log) {
          place.current = null;
          setTail({ ...NOTHING, isRewound: true });
          return 1;
        }
        place.current = { last: page.last, log: page.log, at: now };
        setTail((before) => grown(before, page, at === undefined ? null : (now - at) / 1000, now));
      } catch (error) {
        if (stop.signal.aborted) return 0;
        const trouble = error instanceof Error && !(error instanceof Away) ? error.message : null;
        setTail((before) => ({ ...before, trouble }));
      }
      return EVERY;
    };
    void repeat(stop.signal, { current: () => undefined }, step);
    return () => stop.abort();
  }, [...inputs, isLive]);
  return tail;
}
