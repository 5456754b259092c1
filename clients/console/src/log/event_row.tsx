/** One event of the log as a line of a list. */
import { Badge, Moment } from "../parts.tsx";
import { to } from "../route.ts";
import { shown } from "../said.tsx";
import type { LogEntry } from "../types.ts";
import { count, deed, named } from "../words.ts";

export function EventRow({
  entry,
  filters,
}: {
  entry: LogEntry;
  filters: Record<string, string | undefined>;
}) {
  return (
    <li class="event">
      <a
        class="position"
        href={to(["log", entry.position])}
        aria-label={`Event ${count(entry.position)}`}
      >
        {count(entry.position)}
      </a>
      <span class="what">
        {entry.unreadable != null ? (
          <>
            <Badge tone="bad">unreadable</Badge> {entry.type}: {entry.unreadable}
          </>
        ) : (
          <>
            {entry.actorId === null ? "Kanal" : shown(entry.actorId)} {deed(entry)}{" "}
            <Channel entry={entry} filters={filters} />
          </>
        )}
      </span>
      <span class="where">
        {entry.workspaceId !== null && (
          <a href={to(["log"], { ...filters, workspace: entry.workspaceId })}>
            {entry.workspaceId}
          </a>
        )}
        {entry.at !== null && <Moment at={entry.at} />}
      </span>
    </li>
  );
}

/** The channel's name, which leads to all of its events. */
export function Channel({
  entry,
  filters = {},
}: {
  entry: LogEntry;
  filters?: Record<string, string | undefined>;
}) {
  if (entry.channelId === null) return null;
  return (
    <a
      class="channel"
      href={to(["log"], { ...filters, before: undefined, channel: entry.channelId })}
      aria-label={`${named(entry)}: all its events`}
    >
      <bdi>{named(entry)}</bdi>
    </a>
  );
}
