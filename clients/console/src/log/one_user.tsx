/** What an event was to one user, and asking about users who were not to hear it. */
import { ask } from "../api.ts";
import { Badge, fields, Loading, Moment, Silent, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import { go, to } from "../route.ts";
import { shown } from "../said.tsx";
import type { Concerned, ConnectionOfUser, ConnectionPage, EventAnswer } from "../types.ts";
import { bytes, count, many } from "../words.ts";
import { explain, onConnection, VERDICTS } from "./explain.ts";

export function OneUser({ user, position }: { user: string; position: number }) {
  const load = (signal: AbortSignal) =>
    ask<EventAnswer>(`operator/log/${position}`, { user }, signal);
  const { data, trouble } = usePolled(load, [user, position], 5000);
  const concerned = data?.concerned[0];
  return (
    <section class="answer" aria-labelledby="one-user" aria-live="polite">
      <h2 id="one-user">
        <bdi>{user}</bdi> and this event
      </h2>
      <Trouble text={trouble} />
      {data === null || concerned === undefined ? (
        trouble === null && <Loading what="what it was to them" />
      ) : (
        <>
          <p>
            <Badge tone={VERDICTS[concerned.verdict][0]}>{VERDICTS[concerned.verdict][1]}</Badge>
          </p>
          {explain(concerned, data).map((sentence, place) => (
            <p key={place}>{sentence}</p>
          ))}
          <InSight concerned={concerned} name={data.event.channelName ?? "the channel"} />
          <Connections concerned={concerned} />
          <Silent nodes={data.silent} />
          <p>
            <a href={to(["connections"], { user })}>
              Connections of <bdi>{user}</bdi> now
            </a>
          </p>
        </>
      )}
    </section>
  );
}

function InSight({ concerned, name }: { concerned: Concerned; name: string }) {
  const { userId, sight = [] } = concerned;
  if (sight.length === 0)
    return (
      <p>
        {shown(userId)} could never see {shown(`#${name}`)}, up to this day.
      </p>
    );
  return (
    <p>
      {shown(userId)} could see {shown(`#${name}`)}{" "}
      {sight.map(({ from, until }, index) => (
        <span key={from}>
          {index > 0 && ", and "}
          from <a href={to(["log", from], { user: userId })}>position {count(from)}</a>{" "}
          {until === null ? (
            "on, to this day"
          ) : (
            <>
              until <a href={to(["log", until], { user: userId })}>position {count(until)}</a>
            </>
          )}
        </span>
      ))}
      .
    </p>
  );
}

function Connections({ concerned }: { concerned: Concerned }) {
  const { connections, connectionCount } = concerned;
  if (connections.length === 0) return null;
  const telling = connections.filter(({ outcome }) => outcome !== "other-workspaces");
  const others = connectionCount - telling.length;
  return (
    <>
      <h3>{many(connectionCount, "connection")} that the nodes know</h3>
      {others > 0 && (
        <p class="faint">
          {telling.length > 0
            ? `${many(others, "other")} for other workspaces, or not shown.`
            : "For other workspaces."}
        </p>
      )}
      <ul class="cards">
        {telling.map((each) => (
          <li key={`${each.nodeId} ${each.id} ${each.from}`}>
            <Connection of={each} wasToHear={concerned.verdict !== "not-concerned"} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Connection({ of: each, wasToHear }: { of: ConnectionOfUser; wasToHear: boolean }) {
  return (
    <>
      <p>{onConnection(each, wasToHear)}</p>
      <p class="small faint">
        <code>{each.id}</code> at node {each.nodeId},{" "}
        {each.endedAt === null ? (
          `open over ${each.transport ?? "polling"}`
        ) : (
          <>
            ended <Moment at={each.endedAt} /> ({each.ended})
          </>
        )}
        {each.waitingBytes > 0 && `, ${bytes(each.waitingBytes)} wait`}
      </p>
    </>
  );
}

/** Users who are connected for the workspace and were not to hear it, and anybody else by name. */
export function AskAbout({ answer, user }: { answer: EventAnswer; user: string | undefined }) {
  const { position, workspaceId } = answer.event;
  const load = async (signal: AbortSignal) =>
    workspaceId === null
      ? null
      : ask<ConnectionPage>("operator/connections", { workspace: workspaceId, limit: 200 }, signal);
  const { data } = usePolled(load, [workspaceId], 5000);
  const heard = new Set(answer.concerned.map(({ userId }) => userId));
  const others = new Set(
    (data?.connections ?? [])
      .map(({ userId }) => userId)
      .filter((id): id is string => id !== null && !heard.has(id)),
  );
  return (
    <>
      <h2>Who did not</h2>
      {others.size > 0 && (
        <>
          <p id="others">
            Connected now for the workspace {workspaceId}, and not among those above:
          </p>
          <ul class="chips" aria-labelledby="others">
            {[...others]
              .sort()
              .slice(0, 50)
              .map((id) => (
                <li key={id}>
                  <a href={to(["log", position], { user: id })} aria-current={id === user}>
                    {id}
                  </a>
                </li>
              ))}
          </ul>
        </>
      )}
      <form class="filters" onSubmit={(event) => go(to(["log", position], fields(event)))}>
        <div class="field">
          <label for="ask-user">Ask about a user</label>
          <input id="ask-user" name="user" autocomplete="off" spellcheck={false} required />
        </div>
        <div class="actions">
          <button type="submit">Ask</button>
        </div>
      </form>
    </>
  );
}
