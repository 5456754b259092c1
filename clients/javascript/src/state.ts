/** The list of channels as a value: what an event makes of it, and which parts stay the same objects. */
import type { KanalError } from "./errors.js";
import type { ChannelModel, ServerEvents } from "./generated/asyncapi.js";

/** A channel as of `position`; `version` is the number of its own events, moments are texts of RFC 3339. */
export type Channel = Readonly<ChannelModel>;

/**
 * - `connecting`: not there yet, for the first time
 * - `catching-up`: connected; what was missed, or the list, is on its way
 * - `live`: level with the service
 * - `away`: the connection is lost, or its token ran out; it comes back by itself
 * - `refused`: the service does not take the token; `reconnect()` asks for another one
 *
 * Where it is anything but `live` for longer, `reason` says why.
 */
export type Status = "connecting" | "catching-up" | "live" | "away" | "refused";

/** What is shown. It is never changed: what has changed is in another one. */
export interface State {
  readonly status: Status;
  /** The channels that the user may see as of `position`, in the order of `createdAt`, then `id`. */
  readonly channels: readonly Channel[];
  /** A place in the log; 0 before there is a list. */
  readonly position: number;
  /** The log that `position` belongs to; another one after the service has lost an end of its log. */
  readonly log: string | null;
  /** Whom the token speaks for, by the service's own word; null until it has said so. */
  readonly userId: string | null;
  /**
   * Why the status is not `live`, as far as is known, and null once it is: with `connecting` and `away` that
   * of the last attempt (`unreachable`, `wrong_url`, `token_unavailable`, `unavailable`, `rate_limited`,
   * `token_expired`), with `refused` what the service has against the token (`token_invalid`, `token_missing`,
   * `token_expired`, `forbidden`, `access_revoked`). It holds no token.
   */
  readonly reason: KanalError | null;
}

type Told = Omit<ServerEvents, "auth-success" | "socket-api-error">;

/** What the service tells of a channel. */
export type Event = { [Name in keyof Told]: { name: Name; payload: Parameters<Told[Name]>[0] } }[keyof Told];

export const NOTHING: State = Object.freeze({
  status: "connecting",
  channels: Object.freeze([]),
  position: 0,
  log: null,
  userId: null,
  reason: null,
});

/** The list after some events; an event that the list reflects already changes nothing. */
export function afterEvents(channels: readonly Channel[], events: readonly Event[]): readonly Channel[] {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  for (const { name, payload } of events) {
    const id = "id" in payload ? payload.id : payload.channelId;
    const channel = byId.get(id);
    if (payload.position <= (channel?.position ?? 0)) continue;
    if (name === "channel-created" || name === "channel-updated") byId.set(id, payload);
    else if (name === "channel-deleted") byId.delete(id);
    else if (channel !== undefined) {
      // Whoever comes or goes, the channel has another version.
      const { updatedAt, version, position } = payload;
      byId.set(id, { ...channel, updatedAt, version, position });
    }
  }
  return asBefore(channels, [...byId.values()]);
}

/** A list in its order, of the objects of the one before wherever they say the same. */
export function asBefore(before: readonly Channel[], channels: readonly Channel[]): readonly Channel[] {
  const known = new Map(before.map((channel) => [channel.id, channel]));
  const kept = channels.map((channel) => {
    const one = known.get(channel.id);
    return one !== undefined && isSame(one, channel) ? one : Object.freeze(channel);
  });
  kept.sort(byAge);
  const isUnchanged = kept.length === before.length && kept.every((channel, at) => channel === before[at]);
  return isUnchanged ? before : Object.freeze(kept);
}

/** Field by field: after the log was rewound, one position may belong to two events. */
function isSame(one: Channel, other: Channel): boolean {
  const fields = Object.keys(other) as (keyof Channel)[];
  return one === other || fields.every((field) => one[field] === other[field]);
}

/** Moments of the service are texts of one length, which sort as they follow each other. */
function byAge(one: Channel, other: Channel): number {
  const [a, b] = one.createdAt === other.createdAt ? [one.id, other.id] : [one.createdAt, other.createdAt];
  return a < b ? -1 : a > b ? 1 : 0;
}
