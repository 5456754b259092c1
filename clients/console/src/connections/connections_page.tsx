/** Who is connected, on all nodes; letting a connection go, and taking a user's access back. */
import { useState } from "preact/hooks";
import { ask, send } from "../api.ts";
import { Confirm, type Question } from "../confirm.tsx";
import { Field, fields, Heading, Loading, Silent, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import { go, to } from "../route.ts";
import type { ConnectionPage, OpenConnection } from "../types.ts";
import { count, many } from "../words.ts";
import { Connection } from "./connection.tsx";

const SIZE = 50;

export function ConnectionsPage({ query }: { query: Readonly<Record<string, string>> }) {
  const { node, user, workspace, after } = query;
  const load = (signal: AbortSignal) =>
    ask<ConnectionPage>(
      "operator/connections",
      { node, user, workspace, after, limit: SIZE },
      signal,
    );
  const { data, trouble, again } = usePolled(load, [node, user, workspace, after], 2000);
  const [question, setQuestion] = useState<Question | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const done = (answer: string | null) => {
    setQuestion(null);
    setTold(answer);
    again();
  };
  return (
    <>
      <Heading>Connections</Heading>
      <form
        class="filters"
        role="search"
        aria-label="Filters of the connections"
        onSubmit={(event) => go(to(["connections"], fields(event)))}
      >
        <Field name="node" label="Node" value={node} />
        <Field name="user" label="User" value={user} />
        <Field name="workspace" label="Workspace" value={workspace} />
        <div class="actions">
          <button type="submit">Show</button>
          {(node ?? user ?? workspace) !== undefined && <a href={to(["connections"])}>Show all</a>}
        </div>
      </form>
      <div role="status">{told !== null && <p class="notice">{told}</p>}</div>
      <Trouble text={trouble} />
      {user !== undefined && (
        <p>
          <button
            type="button"
            class="danger"
            onClick={() => setQuestion(revoking(user, workspace))}
          >
            Take back the access of {user}
            {workspace !== undefined && ` to ${workspace}`} …
          </button>
        </p>
      )}
      {data === null ? (
        trouble === null && <Loading what="the connections" />
      ) : (
        <>
          <Silent nodes={data.silent} />
          <p>{summary(data, after)}</p>
          <ul class="cards">
            {data.connections.map((each) => (
              <li key={`${each.nodeId} ${each.id}`}>
                <Connection
                  of={each}
                  delivered={data.position}
                  letGo={() => setQuestion(lettingGo(each))}
                />
              </li>
            ))}
          </ul>
          {data.next !== null && (
            <a href={to(["connections"], { node, user, workspace, after: data.next })}>
              More connections
            </a>
          )}
        </>
      )}
      {question !== null && <Confirm question={question} done={done} />}
    </>
  );
}

function summary({ connections, next }: ConnectionPage, after: string | undefined): string {
  if (connections.length === 0) return "Nobody is connected that these filters let through.";
  const shown = many(connections.length, "connection");
  return next === null && after === undefined
    ? `${shown}.`
    : `${shown} of more: a page has ${count(SIZE)}.`;
}

function lettingGo({ id, nodeId, userId }: OpenConnection): Question {
  return {
    title: "Let this connection go?",
    verb: "Let it go",
    children: (
      <p>
        The connection {id} of {userId ?? "nobody yet"} at node {nodeId} is closed. Its client comes
        back by itself, and is sent what it missed.
      </p>
    ),
    act: async () => {
      await send("DELETE", `operator/connections/${encodeURIComponent(id)}`);
      return `The connection of ${userId ?? "nobody yet"} was let go.`;
    },
  };
}

function revoking(user: string, workspace: string | undefined): Question {
  const where = workspace === undefined ? "everywhere" : `in the workspace ${workspace}`;
  return {
    title: `Take back the access of ${user}?`,
    verb: "Take it back",
    children: (
      <p>
        Every token of {user} that was issued until now is refused {where}, on all nodes, and open
        connections end within a second. This stays so in the log; {user} needs a fresh token to
        come back.
      </p>
    ),
    act: async () => {
      const { position } = await send<{ position: number }>("POST", "revocations", {
        userId: user,
        ...(workspace && { workspaceId: workspace }),
      });
      return `The access of ${user} was taken back ${where}, at position ${count(position)}.`;
    },
  };
}
