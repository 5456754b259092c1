/** The latest rebuild or verification of a projection: its progress while it runs, what it found once it has ended. */
import { Badge, Moment, type Tone } from "../parts.tsx";
import type { Differences, Replay } from "../types.ts";
import { count, many } from "../words.ts";

/** Whether a replay has not ended. */
export const isGoingOn = ({ state }: Replay): boolean =>
  state === "starting" || state === "running";

const STATES: Record<Replay["state"], readonly [Tone, string]> = {
  starting: ["warn", "starting"],
  running: ["warn", "running"],
  done: ["good", "done"],
  failed: ["bad", "failed"],
  stopped: ["bad", "stopped with its node"],
};

export function LatestReplay({ replay, name }: { replay: Replay; name: string }) {
  const { kind, state, position, head, nodeId, startedAt, endedAt, error, differences } = replay;
  const [tone, text] = STATES[state];
  const what = kind === "rebuild" ? "Rebuild" : "Verification";
  const id = `replay-${name}`;
  return (
    <div class="replay">
      <p id={id}>
        {what} <Badge tone={tone}>{text}</Badge>{" "}
        <span class="faint">
          at node {nodeId}, begun <Moment at={startedAt} />
        </span>
        {endedAt != null && <span class="faint">, took {took(startedAt, endedAt)}</span>}
      </p>
      {isGoingOn(replay) && (
        <p>
          <progress aria-labelledby={id} max={Math.max(head, 1)} value={position} />{" "}
          {count(position)} of {many(head, "position")}
        </p>
      )}
      {error !== null && <p class="trouble">{error}</p>}
      {differences !== null && <Found differences={differences} name={name} />}
    </div>
  );
}

function took(from: string, to: string): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function Found({ differences, name }: { differences: Differences; name: string }) {
  const { position, compared, differing, rows } = differences;
  const where = `${many(compared, "row")} compared as of position ${count(position)}`;
  if (differing === 0) return <p>No difference: {where}.</p>;
  return (
    <>
      <p class="trouble">
        {many(differing, "row")} {differing === 1 ? "differs" : "differ"}, {where}. A rebuild mends
        that.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Rows of ${name} that differ`}>
        <table>
          <caption>
            Rows that differ{rows.length < differing && `, the first ${count(rows.length)}`}
          </caption>
          <thead>
            <tr>
              <th scope="col">Only in</th>
              <th scope="col">Table</th>
              <th scope="col">Row</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ table, isLive, row }, index) => (
              <tr key={index}>
                <td>{isLive ? "the live model" : "the log"}</td>
                <td>{table}</td>
                <td>
                  <code>{JSON.stringify(row)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
