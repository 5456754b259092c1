/** One open connection. */
import { Badge, Facts, Moment, type Tone } from "../parts.tsx";
import { to } from "../route.ts";
import type { OpenConnection } from "../types.ts";
import { bytes, count, many } from "../words.ts";

const STATES: Record<string, readonly [Tone, string]> = {
  connected: ["warn", "not signed in"],
  "catching up": ["warn", "catching up"],
  holding: ["warn", "catching up"],
  live: ["good", "live"],
  expired: ["bad", "token expired"],
};

export function Connection({
  of: each,
  delivered,
  letGo,
}: {
  of: OpenConnection;
  delivered: number;
  letGo: () => void;
}) {
  const [tone, text] = STATES[each.state] ?? (["plain", each.state] as const);
  const behind = Math.max(delivered - each.position, 0);
  const who = each.userId ?? "nobody yet";
  return (
    <>
      <p class="with-action">
        <span>
          {each.userId === null ? (
            <i>{who}</i>
          ) : (
            <a href={to(["connections"], { user: each.userId })}>{who}</a>
          )}{" "}
          <Badge tone={tone}>{text}</Badge>
        </span>
        <button type="button" onClick={letGo}>
          Let go
          <span class="visually-hidden">
            {" "}
            the connection {each.id} of {who}
          </span>{" "}
          …
        </button>
      </p>
      <Facts
        of={[
          ["Workspaces", <Workspaces of={each} />],
          [
            "Place in the log",
            `${count(each.position)}${behind > 0 ? `, ${many(behind, "event")} behind` : ""}`,
          ],
          ["Waiting", bytes(each.waitingBytes)],
          [
            "Transport",
            `${each.transport} from ${each.address}${each.recovers ? ", recovers" : ""}`,
          ],
          ["Since", <Moment at={each.since} />],
          ["Access until", each.expiresAt === null ? null : <Moment at={each.expiresAt} />],
          ["Node", <a href={to(["connections"], { node: each.nodeId })}>{each.nodeId}</a>],
          ["Id", <code>{each.id}</code>],
        ]}
      />
    </>
  );
}

function Workspaces({ of: { workspaces, workspaceCount } }: { of: OpenConnection }) {
  if (workspaceCount === 0) return <>none</>;
  const rest = workspaceCount - workspaces.length;
  return (
    <>
      {workspaces.map((workspace, index) => (
        <span key={workspace}>
          {index > 0 && ", "}
          <a href={to(["connections"], { workspace })}>{workspace}</a>
        </span>
      ))}
      {rest > 0 && ` and ${many(rest, "other")}`}
    </>
  );
}
