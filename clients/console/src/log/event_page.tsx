/** One event: what it did, whom it concerned and why, and what became of it for one user who is asked about. */
import { ask } from "../api.ts";
import { Facts, Heading, Loading, Moment, Silent, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import { to } from "../route.ts";
import { shown } from "../said.tsx";
import type { EventAnswer, LogEntry } from "../types.ts";
import { count, deed, list, many, named, TOPICS } from "../words.ts";
import { Channel } from "./event_row.tsx";
import { State } from "./state.tsx";
import { AskAbout, OneUser } from "./one_user.tsx";
import { WhoHeard } from "./who_heard.tsx";

export function EventPage({
  position,
  query,
}: {
  position: string;
  query: Readonly<Record<string, string>>;
}) {
  const { user, afterUser } = query;
  const load = (signal: AbortSignal) =>
    ask<EventAnswer>(`operator/log/${encodeURIComponent(position)}`, { afterUser }, signal);
  const { data, trouble } = usePolled(load, [position, afterUser], 5000);
  if (data === null) {
    return (
      <>
        <Heading>Event {position}</Heading>
        {trouble === null ? <Loading what="the event" /> : <Trouble text={trouble} />}
      </>
    );
  }
  const { event } = data;
  return (
    <>
      <Around position={event.position} head={data.position} />
      <Heading>
        Event {count(event.position)}: {event.actorId === null ? "Kanal" : shown(event.actorId)}{" "}
        {deed(event)}{" "}
        {event.channelId !== null && shown(named(event))}
      </Heading>
      <Trouble text={trouble} />
      {user !== undefined && <OneUser user={user} position={event.position} />}
      <About event={event} />
      <State before={data.before} after={data.after} />
      <h2>Who heard it</h2>
      <Said said={data.said} />
      <Silent nodes={data.silent} />
      <WhoHeard answer={data} position={event.position} user={user} />
      <AskAbout answer={data} user={user} />
      <Memories answer={data} />
    </>
  );
}

function Around({ position, head }: { position: number; head: number }) {
  return (
    <nav class="pages" aria-label="Events before and after">
      {position > 1 && <a href={to(["log", position - 1])}>← Event {count(position - 1)}</a>}
      <a href={to(["log"], { before: Math.min(position + 25, head) + 1 })}>In the log</a>
      {position < head && <a href={to(["log", position + 1])}>Event {count(position + 1)} →</a>}
    </nav>
  );
}

function About({ event }: { event: LogEntry }) {
  return (
    <Facts
      of={[
        ["When", event.at === null ? null : <Moment at={event.at} />],
        ["What", `${TOPICS[event.type] ?? event.type} (${event.type}, version ${event.version})`],
        ["Channel", event.channelId === null ? null : <Channel entry={event} />],
        [
          "The channel then",
          event.channelId === null ? null : (
            <a href={to(["channels", event.channelId], { at: event.position })}>
              as it was at this position
            </a>
          ),
        ],
        [
          "Workspace",
          event.workspaceId === null ? null : (
            <a href={to(["log"], { workspace: event.workspaceId })}>{event.workspaceId}</a>
          ),
        ],
        [
          "By",
          event.actorId === null ? null : (
            <a href={to(["log"], { actor: event.actorId })}>{event.actorId}</a>
          ),
        ],
        ["Request", event.requestId === null ? null : <code>{event.requestId}</code>],
        ["Unreadable", event.unreadable ?? null],
      ]}
    />
  );
}

function Said({ said }: { said: EventAnswer["said"] }) {
  if (said.length === 0) return <p>It says nothing on the sockets, so nobody was to hear it.</p>;
  return (
    <ul>
      {said.map(({ event, reason, only, without }) => (
        <li key={`${event} ${reason}`}>
          <code>{event}</code> to{" "}
          {only === null
            ? `all of the workspace${without > 0 ? ` but ${many(without, "user")}` : ""}`
            : many(only, "user")}
          , {REASONS[reason]}
        </li>
      ))}
    </ul>
  );
}

const REASONS: Record<EventAnswer["said"][number]["reason"], string> = {
  workspace: "since the channel is public",
  member: "as members of the private channel",
  appeared: "who can see the channel from here on",
  lost: "who cannot see the channel from here on",
};

function Memories({ answer }: { answer: EventAnswer }) {
  const { memories, event } = answer;
  const short = memories.filter((memory) => memory.from >= event.position);
  return (
    <p class="faint">
      {short.length === 0
        ? "Each node remembers the connections of that time."
        : `Who was connected is not known in full: ${list(
            short.map(
              (memory) =>
                `node ${memory.nodeId} knows all from position ${count(memory.from)} on (it has ` +
                `${memory.because === "started" ? "started then" : "forgotten what was before"})`,
            ),
          )}.`}
    </p>
  );
}
