/** A channel before and after an event, with what has changed. */
import type { ChannelState } from "../types.ts";
import { many } from "../words.ts";

export function State({
  before,
  after,
}: {
  before: ChannelState | null;
  after: ChannelState | null;
}) {
  if (before === null && after === null) return null;
  const rows: (readonly [string, string | null, string | null])[] = [
    ["Name", name(before), name(after)],
    ["Description", description(before), description(after)],
    ["Seen by", seen(before), seen(after)],
    ["Members", members(before), members(after)],
    ["State", state(before), state(after)],
  ];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="The channel before and after">
      <table>
        <caption>The channel before and after</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, was, is]) => (
            <tr key={what} class={was === is ? "" : "changed"}>
              <th scope="row">{what}</th>
              <td>{was ?? "—"}</td>
              <td>
                {is ?? "—"}
                {was !== is && before !== null && <span class="mark"> changed</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const name = (at: ChannelState | null) => at && at.channel.name;

const description = (at: ChannelState | null) => at && (at.channel.description ?? "none");

const seen = (at: ChannelState | null) =>
  at && (at.channel.isPrivate ? "its members" : "all of the workspace");

function members(at: ChannelState | null): string | null {
  if (at === null) return null;
  if (at.memberCount === 0) return "none";
  const names = at.members.map(({ userId, role }) =>
    role === "admin" ? `${userId} (admin)` : userId,
  );
  const rest = at.memberCount - at.members.length;
  return `${names.join(", ")}${rest > 0 ? ` and ${many(rest, "other")}` : ""}`;
}

const state = (at: ChannelState | null) =>
  at === null ? "not there yet" : at.isDeleted ? "deleted" : "exists";
