/** One channel, as of any place in the log: what it is, who its members are, and its history. */
import type { ComponentChildren } from "preact";
import { ask } from "../api.ts";
import { Badge, Facts, Heading, Loading, Moment, Trouble } from "../parts.tsx";
import { PlaceSlider } from "../place.tsx";
import { usePolled } from "../polling.ts";
import { to } from "../route.ts";
import { said, shown } from "../said.tsx";
import type { ChannelAnswer, ChannelHistory, ChannelMembers, ChannelState } from "../types.ts";
import { count, field, list, many } from "../words.ts";
import { useKept } from "./kept.ts";

export function ChannelPage({
  id,
  query,
}: {
  id: string;
  query: Readonly<Record<string, string>>;
}) {
  const { at, after } = query;
  const path = `operator/channels/${encodeURIComponent(id)}`;
  const every = at === undefined ? 2000 : 0;
  const polled = usePolled((signal) => ask<ChannelAnswer>(path, { at }, signal), [id, at], every);
  const data = useKept(polled.data);
  const state = data?.state ?? null;
  const name = useKept(state === null ? null : state.channel.name);
  return (
    <>
      <Heading>{name === null ? "Channel" : `#${name}`}</Heading>
      <PlaceSlider
        at={at}
        position={data?.position ?? null}
        head={data?.head ?? null}
        address={(place) => to(["channels", id], { at: place })}
      />
      <Trouble text={polled.trouble} />
      {data === null ? (
        polled.trouble === null && <Loading what="the channel" />
      ) : state === null ? (
        <p class="notice">The channel was not there yet at position {count(data.position)}.</p>
      ) : (
        <What state={state} />
      )}
      {data !== null && state !== null && <Members path={path} at={at} state={state} />}
      <History path={path} id={id} after={after} position={data?.position ?? null} />
    </>
  );
}

function What({ state: { channel, isDeleted, memberCount } }: { state: ChannelState }) {
  return (
    <Facts
      of={[
        [
          "State",
          isDeleted ? <Badge tone="bad">deleted</Badge> : <Badge tone="good">exists</Badge>,
        ],
        [
          "Seen by",
          channel.isPrivate
            ? `its members, of whom there are ${count(memberCount)}`
            : `all of the workspace ${channel.workspaceId}`,
        ],
        ["Description", channel.description ?? "none"],
        [
          "Workspace",
          <a href={to(["channels"], { workspace: channel.workspaceId })}>{channel.workspaceId}</a>,
        ],
        [
          "Created",
          <>
            <Moment at={channel.createdAt} /> by {channel.creatorId}
          </>,
        ],
        [
          "Changed last",
          <>
            <Moment at={channel.updatedAt} />, at{" "}
            <a href={to(["log", channel.position])}>position {count(channel.position)}</a>
          </>,
        ],
        ["Version", channel.version],
        ["Id", <code>{channel.id}</code>],
        [
          "Its events",
          <a href={to(["log"], { channel: channel.id })}>in the log, with who heard each</a>,
        ],
      ]}
    />
  );
}

function Members({
  path,
  at,
  state,
}: {
  path: string;
  at: string | undefined;
  state: ChannelState;
}) {
  const load = (signal: AbortSignal) =>
    ask<ChannelMembers>(`${path}/members`, { at, limit: 200 }, signal);
  const polled = usePolled(load, [path, at, state.channel.version], 0);
  const data = useKept(polled.data);
  if (!state.channel.isPrivate) return null;
  return (
    <>
      <h2>{many(state.memberCount, "member")}</h2>
      <Trouble text={polled.trouble} />
      <ul class="chips">
        {data?.members.map(({ userId, role }) => (
          <li key={userId}>
            <a href={to(["connections"], { user: userId })}>
              <bdi>{userId}</bdi>
            </a>{" "}
            {role === "admin" && <Badge tone="plain">admin</Badge>}
          </li>
        ))}
      </ul>
      {data !== null && data.next !== null && (
        <p class="faint">The first {count(data.members.length)} are shown.</p>
      )}
    </>
  );
}

function History({
  path,
  id,
  after,
  position,
}: {
  path: string;
  id: string;
  after: string | undefined;
  position: number | null;
}) {
  const load = (signal: AbortSignal) =>
    ask<ChannelHistory>(`${path}/history`, { after, limit: 50 }, signal);
  const { data, trouble } = usePolled(load, [path, after], 5000);
  if (data === null) return <Trouble text={trouble} />;
  return (
    <>
      <h2>History</h2>
      <ol class="events">
        {data.history.map((entry) => (
          <li
            key={entry.position}
            class={position !== null && entry.position > position ? "event later" : "event"}
          >
            <a
              class="position"
              href={to(["log", entry.position])}
              aria-label={`Event ${count(entry.position)}`}
            >
              {count(entry.position)}
            </a>
            <span class="what">
              {shown(entry.actorId)} {did(entry)}
              {position !== null && entry.position > position && (
                <span class="mark"> later than what is shown above</span>
              )}
            </span>
            <span class="where">
              <Moment at={entry.at} />
            </span>
          </li>
        ))}
      </ol>
      {data.next !== null && (
        <a href={to(["channels", id], { after: data.next })}>More of its history</a>
      )}
    </>
  );
}

function did({ what, changes }: ChannelHistory["history"][number]): ComponentChildren {
  const { userId, role } = changes;
  switch (what) {
    case "created":
      return said`created it as ${shown(`#${String(changes["name"])}`)}${changes["isPrivate"] === true ? ", private" : ""}`;
    case "updated":
      return `set ${list(Object.entries(changes).map(([name, value]) => `${field(name)} to ${told(name, value)}`))}`;
    case "deleted":
      return "deleted it";
    case "member-added":
      return said`let ${shown(String(userId))} in, as ${String(role)}`;
    case "member-role-changed":
      return said`made ${shown(String(userId))} ${String(role)}`;
    case "member-removed":
      return said`took ${shown(String(userId))} out`;
  }
}

function told(name: string, value: string | boolean | null | undefined): string {
  if (name === "isPrivate") return value === true ? "private" : "public";
  return value === null || value === undefined ? "none" : `“${String(value)}”`;
}
