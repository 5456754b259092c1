/** The channels of a workspace, as of any place in the log. */
import { ask } from "../api.ts";
import { Badge, Field, fields, Heading, Loading, Moment, Trouble } from "../parts.tsx";
import { PlaceSlider } from "../place.tsx";
import { usePolled } from "../polling.ts";
import { go, to } from "../route.ts";
import type { ChannelModel, ChannelsAt } from "../types.ts";
import { count, many } from "../words.ts";
import { useKept } from "./kept.ts";
import { knownWorkspaces } from "./workspaces.ts";

export function ChannelsPage({ query }: { query: Readonly<Record<string, string>> }) {
  const { workspace } = query;
  const known = usePolled(knownWorkspaces, [], 0).data ?? [];
  return (
    <>
      <Heading>Channels</Heading>
      <form
        class="filters"
        role="search"
        aria-label="The workspace"
        onSubmit={(event) => go(to(["channels"], fields(event)))}
      >
        <Field name="workspace" label="Workspace" value={workspace} options={known} />
        <div class="actions">
          <button type="submit">Show</button>
        </div>
      </form>
      {workspace === undefined ? (
        <Workspaces known={known} />
      ) : (
        <Channels workspace={workspace} query={query} />
      )}
    </>
  );
}

function Workspaces({ known }: { known: readonly string[] }) {
  if (known.length === 0) return <p>Name a workspace to see its channels.</p>;
  return (
    <>
      <p id="known">Of which something has happened, or somebody is connected:</p>
      <ul class="chips" aria-labelledby="known">
        {known.map((workspace) => (
          <li key={workspace}>
            <a href={to(["channels"], { workspace })}>{workspace}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Channels({
  workspace,
  query,
}: {
  workspace: string;
  query: Readonly<Record<string, string>>;
}) {
  const { at, after } = query;
  const load = (signal: AbortSignal) =>
    ask<ChannelsAt>("operator/channels", { workspace, at, after, limit: 50 }, signal);
  const polled = usePolled(load, [workspace, at, after], at === undefined ? 2000 : 0);
  const data = useKept(polled.data);
  const address = (place: string | null) => to(["channels"], { workspace, at: place });
  return (
    <>
      <PlaceSlider
        at={at}
        position={data?.position ?? null}
        head={data?.head ?? null}
        address={address}
      />
      <Trouble text={polled.trouble} />
      {data === null ? (
        polled.trouble === null && <Loading what="the channels" />
      ) : (
        <>
          <h2>
            {data.next === null && after === undefined
              ? many(data.channels.length, "channel")
              : "Channels"}{" "}
            of {workspace}
          </h2>
          {data.channels.length === 0 && (
            <p>
              There was none {at === undefined ? "yet" : `at position ${count(data.position)}`}.
            </p>
          )}
          <ul class="cards" aria-busy={polled.data === null}>
            {data.channels.map((channel) => (
              <li key={channel.id}>
                <Channel channel={channel} at={at} />
              </li>
            ))}
          </ul>
          {data.next !== null && (
            <a href={to(["channels"], { workspace, at, after: data.next })}>More channels</a>
          )}
        </>
      )}
    </>
  );
}

function Channel({ channel, at }: { channel: ChannelModel; at: string | undefined }) {
  return (
    <>
      <p>
        <a href={to(["channels", channel.id], { at })}>#{channel.name}</a>{" "}
        <Badge tone={channel.isPrivate ? "warn" : "plain"}>
          {channel.isPrivate ? "private" : "public"}
        </Badge>
      </p>
      {channel.description !== null && <p class="small">{channel.description}</p>}
      <p class="small faint">
        Created by {channel.creatorId} <Moment at={channel.createdAt} />; version {channel.version},
        changed last at{" "}
        <a href={to(["log", channel.position])}>position {count(channel.position)}</a>
      </p>
    </>
  );
}
