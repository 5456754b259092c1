/** Who serves the log, and what they complain of. */
import { ask } from "../api.ts";
import { Badge, Facts, Heading, Loading, Moment, Silent, type Tone, Trouble } from "../parts.tsx";
import { usePolled } from "../polling.ts";
import { to } from "../route.ts";
import type { NodeAnswer, NodeList } from "../types.ts";
import { count, list, many } from "../words.ts";
import { inPlainWords } from "./alarms.ts";

export function NodesPage() {
  const { data, trouble } = usePolled(
    (signal) => ask<NodeList>("operator/nodes", {}, signal),
    [],
    2000,
  );
  return (
    <>
      <Heading>Nodes</Heading>
      <Trouble text={trouble} />
      {data === null ? (
        trouble === null && <Loading what="the nodes" />
      ) : (
        <>
          <p>
            {many(data.nodes.length, "node")}; the log <code>{data.log}</code> is at position{" "}
            {count(data.head)}.
          </p>
          <Silent nodes={data.silent} />
          <Alarms nodes={data.nodes} />
          <ul class="cards">
            {data.nodes.map((node) => (
              <li key={node.id}>
                <Node node={node} head={data.head} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Alarms({ nodes }: { nodes: readonly NodeAnswer[] }) {
  const alarms = nodes
    .flatMap(({ id, alarms }) => (alarms ?? []).map((alarm) => ({ ...alarm, id })))
    .sort((one, other) => other.at.localeCompare(one.at));
  const dropped = nodes.reduce((sum, { alarmsDropped }) => sum + (alarmsDropped ?? 0), 0);
  return (
    <section aria-labelledby="alarms">
      <h2 id="alarms">Alarms</h2>
      {alarms.length === 0 && <p>No node has anything to complain of.</p>}
      <ul class="cards wide" aria-live="polite">
        {alarms.map(({ at, message, id }) => {
          const [title, meaning] = inPlainWords(message);
          return (
            <li key={`${id} ${at} ${message}`} class="alarm">
              <p>
                <Badge tone="bad">alarm</Badge> <b>{title}</b>
              </p>
              <p>{meaning}</p>
              <p class="small faint">
                <Moment at={at} />, node {id}: {message}
              </p>
            </li>
          );
        })}
      </ul>
      {dropped > 0 && (
        <p class="faint">
          {many(dropped, "older alarm")} not kept; the logs of the nodes have them.
        </p>
      )}
    </section>
  );
}

function Node({ node, head }: { node: NodeAnswer; head: number }) {
  const [tone, text] = health(node);
  const behind = Math.max(head - node.position, 0);
  return (
    <>
      <p>
        <b>{node.id}</b> <Badge tone={tone}>{text}</Badge>{" "}
        {node.isAsked && <span class="faint">answers this page</span>}
      </p>
      <Facts
        of={[
          [
            "Place in the log",
            `${count(node.position)}${behind > 0 ? `, ${many(behind, "event")} behind` : ", level"}`,
          ],
          [
            "Connections",
            <a href={to(["connections"], { node: node.id })}>{count(node.connections)}</a>,
          ],
          ["Lacks", node.missing?.length ? list(node.missing) : null],
          ["Builds", node.building?.length ? list(node.building) : null],
          ["Reached at", node.address],
          ["Version", node.version],
          ["Since", <Moment at={node.since} />],
          ["Last heard of", node.isThere ? null : `${count(Math.round(node.silentFor))} s ago`],
        ]}
      />
    </>
  );
}

function health({ isThere, missing }: NodeAnswer): readonly [Tone, string] {
  if (!isThere) return ["bad", "gone"];
  if (missing === null) return ["warn", "does not answer"];
  return missing.length > 0 ? ["bad", "not ready"] : ["good", "ready"];
}
