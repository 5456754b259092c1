/** A place in the log, chosen with a slider, as a number or as a time; none means now. */
import { useEffect, useState } from "preact/hooks";
import { go } from "./route.ts";
import { count, many } from "./words.ts";

/** Ms for which the slider must rest until it is asked about the place. */
const REST = 150;

export interface Place {
  /** What the address says: a position, a time, or nothing. */
  readonly at: string | undefined;
  /** What the service made of it. */
  readonly position: number | null;
  readonly head: number | null;
  readonly address: (at: string | null) => string;
}

export function PlaceSlider({ at, position, head, address }: Place) {
  const [moved, setMoved] = useState<number | null>(null);
  useEffect(() => {
    if (moved === null) return;
    const timer = setTimeout(() => {
      go(address(moved === head ? null : String(moved)), true);
      setMoved(null);
    }, REST);
    return () => clearTimeout(timer);
  }, [moved]);
  /** There at once, wherever the slider is still on its way to. */
  const leave = (place: string | null) => {
    setMoved(null);
    go(address(place));
  };
  const most = head ?? position ?? 0;
  const shown = moved ?? (at === undefined ? most : (position ?? most));
  const isNow = at === undefined && moved === null;
  const back = most - shown;
  return (
    <fieldset class="place">
      <legend>As of</legend>
      <p class="place-text">
        {isNow ? (
          <>
            <b>Now</b>, position {count(most)}
          </>
        ) : (
          <>
            <b>Position {count(shown)}</b>,{" "}
            {back === 0 ? "which is the latest" : `${many(back, "event")} ago`}
          </>
        )}
      </p>
      <label class="visually-hidden" for="place-slider">
        Position in the log
      </label>
      <input
        id="place-slider"
        type="range"
        min={0}
        max={most}
        step={1}
        value={shown}
        aria-valuetext={isNow ? `now, ${shown}` : `position ${shown}`}
        onInput={(event) => setMoved(Number(event.currentTarget.value))}
      />
      <div class="place-more">
        <button type="button" disabled={shown <= 0} onClick={() => setMoved(shown - 1)}>
          One back
        </button>
        <button type="button" disabled={shown >= most} onClick={() => setMoved(shown + 1)}>
          One on
        </button>
        <button type="button" disabled={isNow} onClick={() => leave(null)}>
          Now
        </button>
        <label for="place-time">At the time</label>
        <input
          id="place-time"
          type="datetime-local"
          step={1}
          onChange={(event) => atTime(event.currentTarget.value, leave)}
        />
      </div>
    </fieldset>
  );
}

function atTime(text: string, leave: (place: string) => void): void {
  const moment = new Date(text);
  if (text !== "" && !Number.isNaN(moment.getTime())) leave(moment.toISOString());
}
