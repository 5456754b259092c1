/** Events a second over the last minutes, drawn. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { count } from "../words.ts";
import { MINUTES, type Sample } from "./tail.ts";

const HEIGHT = 90;

const dark = matchMedia("(prefers-color-scheme: dark)");

const clock = (seconds: number) => new Date(seconds * 1000).toLocaleTimeString("en-GB");

function draw(place: HTMLElement): uPlot {
  const colours = getComputedStyle(place);
  const colour = (name: string) => colours.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--faint"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: (_, __, latest) => [latest - MINUTES * 60, latest] },
        y: { range: (_, __, most) => [0, Math.max(most, 1)] },
      },
      axes: [
        { ...axis, size: 24, space: 90, values: (_, seconds) => seconds.map(clock) },
        { ...axis, size: 56, space: 30, values: (_, values) => values.map(count) },
      ],
      series: [{}, { stroke: colour("--accent"), fill: colour("--accent-faint"), width: 2 }],
    },
    [[], []],
    place,
  );
}

export function RateChart({ rates }: { rates: readonly Sample[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const isShown = rates.length > 1;
  useEffect(() => {
    const element = place.current;
    if (!isShown || element === null) return;
    const anew = () => {
      chart.current?.destroy();
      chart.current = draw(element);
    };
    anew();
    const sizes = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    sizes.observe(element);
    dark.addEventListener("change", anew);
    return () => {
      sizes.disconnect();
      dark.removeEventListener("change", anew);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [isShown]);
  useEffect(
    () => chart.current?.setData([rates.map(({ at }) => at), rates.map(({ rate }) => rate)]),
    [rates],
  );
  if (!isShown) return null;
  const most = Math.max(...rates.map(({ rate }) => rate));
  const latest = rates.at(-1)?.rate ?? 0;
  return (
    <figure class="chart">
      <figcaption>Events a second, of the whole log</figcaption>
      <div
        ref={place}
        role="img"
        aria-label={
          `${count(Math.round(latest))} now, at most ${count(Math.round(most))} in the last ` +
          "five minutes"
        }
      />
    </figure>
  );
}
