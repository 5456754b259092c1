/** The log: what happens, as it happens, and what has happened before any position. */
import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import { Field, fields, Heading, Loading, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import { go, to } from "../route.ts";
import type { LogPage as Page } from "../types.ts";
import { count, many, TOPICS } from "../words.ts";
import { EventRow } from "./event_row.tsx";
import { RateChart } from "./rate_chart.tsx";
import { type Filters, isGap, type Tail, useTail } from "./tail.ts";

const SIZE = 50;

export function LogPage({ query }: { query: Readonly<Record<string, string>> }) {
  const { workspace, channel, actor, type, before } = query;
  const filters: Filters = { workspace, channel, actor, type };
  return (
    <>
      <Heading>Log</Heading>
      <FilterForm query={query} />
      {before === undefined ? (
        <Live filters={filters} />
      ) : (
        <Before filters={filters} before={before} />
      )}
    </>
  );
}

function FilterForm({ query }: { query: Readonly<Record<string, string>> }) {
  const given = ["workspace", "channel", "actor", "type", "before"].filter((name) => query[name]);
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filters of the log"
      onSubmit={(event) => go(to(["log"], fields(event)))}
    >
      <Field name="workspace" label="Workspace" value={query["workspace"]} />
      <Field name="channel" label="Channel's id" value={query["channel"]} />
      <Field name="actor" label="Who did it" value={query["actor"]} />
      <div class="field">
        <label for="field-type">What</label>
        <select id="field-type" name="type" key={query["type"] ?? ""}>
          <option value="">Everything</option>
          {Object.entries(TOPICS).map(([topic, text]) => (
            <option key={topic} value={topic} selected={query["type"] === topic}>
              {text}
            </option>
          ))}
        </select>
      </div>
      <Field name="before" label="Before position" value={query["before"]} hint="now" />
      <div class="actions">
        <button type="submit">Show</button>
        {given.length > 0 && <a href={to(["log"])}>Show all, live</a>}
      </div>
    </form>
  );
}

function Live({ filters }: { filters: Filters }) {
  const [isLive, setLive] = useState(true);
  const tail = useTail(filters, isLive);
  const oldest = tail.rows.findLast((row) => !isGap(row));
  return (
    <>
      <div class="tail-state">
        <button type="button" aria-pressed={!isLive} onClick={() => setLive(!isLive)}>
          {isLive ? "Pause" : "Go on"}
        </button>
        <p>{tail.head === null ? "Asking for the latest …" : state(tail, isLive)}</p>
      </div>
      <RateChart rates={tail.rates} />
      {tail.isRewound && (
        <p class="notice" role="alert">
          The log was rewound: what it held beyond some position is gone.{" "}
          <a href={to(["nodes"])}>The nodes</a> say from where to where. This list has begun anew.
        </p>
      )}
      <Trouble text={tail.trouble} />
      {tail.head !== null && tail.rows.length === 0 && (
        <p>Nothing has happened yet that these filters let through.</p>
      )}
      <ol class="events" aria-label="Events, the latest first">
        {tail.rows.map((row) =>
          isGap(row) ? (
            <li key={`gap ${row.before}`} class="gap">
              {many(row.positions, "position")} not shown here.{" "}
              <a href={to(["log"], { ...filters, before: row.before })}>
                Show what came before {count(row.before)}
              </a>
            </li>
          ) : (
            <EventRow key={row.position} entry={row} filters={filters} />
          ),
        )}
      </ol>
      {oldest !== undefined && !isGap(oldest) && oldest.position > 1 && (
        <a href={to(["log"], { ...filters, before: oldest.position })}>Older events</a>
      )}
    </>
  );
}

function state(tail: Tail, isLive: boolean): string {
  const at = `at position ${count(tail.head ?? 0)}`;
  if (!isLive) return `Paused ${at}. What happens meanwhile is shown when you go on.`;
  const rate = tail.rates.at(-1)?.rate ?? 0;
  const told = `Live ${at}, ${many(Math.round(rate), "event")} a second.`;
  if (tail.leftOut === 0) return told;
  return (
    `${told} This is a sample: the latest 100 of each second. ` +
    `${many(tail.leftOut, "position")} left out so far.`
  );
}

function Before({ filters, before }: { filters: Filters; before: string }) {
  const load = (signal: AbortSignal) =>
    ask<Page>("operator/log", { ...filters, before, limit: SIZE }, signal);
  const { data, trouble } = usePolled(load, [before, ...Object.values(filters)], 0);
  return (
    <>
      <Trouble text={trouble} />
      {data === null ? (
        trouble === null && <Loading what="the events" />
      ) : (
        <>
          <p>
            {data.last < data.first
              ? `There is nothing before position ${before}.`
              : `All that these filters let through at positions ${count(data.first)} to ` +
                `${count(data.last)}; the log is at ${count(data.position)}.`}
          </p>
          <ol class="events" aria-label="Events, the latest first">
            {[...data.events].reverse().map((entry) => (
              <EventRow key={entry.position} entry={entry} filters={filters} />
            ))}
          </ol>
          <nav class="pages" aria-label="Other events">
            {data.first > 1 && (
              <a href={to(["log"], { ...filters, before: data.first })}>Older events</a>
            )}
            {data.last < data.position && (
              <a
                href={to(["log"], {
                  ...filters,
                  before: Math.min(data.last + SIZE, data.position) + 1,
                })}
              >
                Newer events
              </a>
            )}
            <a href={to(["log"], { ...filters })}>Live</a>
          </nav>
        </>
      )}
    </>
  );
}
