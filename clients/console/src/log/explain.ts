/** What an event was to one user, in sentences: whether they were to hear it, why, and what became of it. */
import type { ComponentChildren } from "preact";
import type { Tone } from "../parts.tsx";
import type { Concerned, ConnectionOfUser, EventAnswer } from "../types.ts";
import { said, shown } from "../said.tsx";
import { count, list, many } from "../words.ts";

type Verdict = Concerned["verdict"];

export const VERDICTS: Record<Verdict, readonly [Tone, string]> = {
  sent: ["good", "was sent it"],
  "not-yet": ["warn", "is still catching up"],
  "left-out": ["warn", "came back too late to see it"],
  "seen-before": ["good", "said they had seen it"],
  "came-later": ["plain", "came later"],
  away: ["warn", "was away"],
  "not-connected": ["warn", "was not connected"],
  "not-known": ["warn", "not known"],
  "not-concerned": ["plain", "was not to hear it"],
};

/** Why somebody was to hear it. */
export function why(reasons: Concerned["reasons"]): string {
  const texts: Record<Concerned["reasons"][number], string> = {
    workspace: "the channel is public, so all of its workspace hear of it",
    member: "the channel is private, and they are one of its members",
    appeared: "from this event on they can see the channel, and could not before",
    lost: "from this event on they cannot see the channel any more",
  };
  return list(reasons.map((reason) => texts[reason]));
}

/** All that there is to say of one user, a sentence each; the first is the answer. */
export function explain(concerned: Concerned, event: EventAnswer): ComponentChildren[] {
  const { reasons, hears } = concerned;
  const user = shown(concerned.userId);
  const outcome = became(concerned, event);
  if (concerned.verdict === "not-concerned" || reasons.length === 0) return outcome;
  const heard = hears.length === 0 ? "" : `, as ${list(hears.map((name) => `“${name}”`))}`;
  return [...outcome, said`${user} was to hear it${heard}: ${why(reasons)}.`];
}

function became(concerned: Concerned, event: EventAnswer): ComponentChildren[] {
  const { connections, connectionCount } = concerned;
  const user = shown(concerned.userId);
  switch (concerned.verdict) {
    case "sent":
      return [sent(user, connections, connectionCount)];
    case "not-yet":
      return [
        said`${user} is connected and still being sent what they had missed; this event is a part of that.`,
      ];
    case "left-out":
      return [
        [
          said`${user} was told nothing of it: they came back when they could not see the `,
          "channel any more, and what had been missed was sent without it.",
        ],
      ];
    case "seen-before":
      return [
        [
          said`${user} was not sent it again: they came back and said that they had seen the log `,
          "up to a later position.",
        ],
      ];
    case "came-later":
      return [
        [
          said`${user} was not connected when it happened. They came later without saying what `,
          "they had seen, so their client is to read the list, which has it.",
        ],
      ];
    case "away":
      return [said`${user} was away when it happened, and has not been sent it.`, ...away(concerned)];
    case "not-connected":
      return [
        [
          said`${user} was not connected: no node remembers a connection of theirs, and all `,
          "remember that far back.",
        ],
      ];
    case "not-known":
      return [
        [
          said`It is not known whether ${user} was sent it: no node remembers a connection of `,
          "theirs, and not all remember as far back as that.",
        ],
      ];
    case "not-concerned":
      return notConcerned(concerned, event);
  }
}

function sent(
  user: ComponentChildren,
  connections: readonly ConnectionOfUser[],
  all: number,
): ComponentChildren {
  const live = connections.filter(({ outcome }) => outcome === "live");
  const later = connections.filter(({ outcome }) => outcome === "caught-up");
  const ways = [
    ...(live.length > 0 ? [`as it happened over ${many(live.length, "connection")}`] : []),
    ...(later.length > 0
      ? [`with what had been missed over ${many(later.length, "connection")}`]
      : []),
  ];
  const waiting = connections.reduce((sum, each) => sum + each.waitingBytes, 0);
  const rest =
    waiting > 0
      ? ` ${many(waiting, "byte")} wait to be sent to them, and it may be a part of those.`
      : "";
  return said`${user} was sent it ${list(ways)}${all > connections.length ? `, of ${count(all)} that are known` : ""}.${rest}`;
}

function away({ userId, away: told }: Concerned): ComponentChildren[] {
  const user = shown(userId);
  if (told === null) return [];
  const since = said`The latest that ${user} was sent is position ${count(told.since)}.`;
  if (!told.recovered) {
    const because: Record<string, string> = {
      "too-far-behind": "they are further behind than is replayed",
      "other-log": "they have seen a part of the log that is gone",
    };
    const reason = because[told.because ?? ""] ?? told.because ?? "it cannot be replayed";
    return [
      since,
      `When they come back they are not recovered, since ${reason}: their client is told ` +
        "so, and is to read the list.",
    ];
  }
  return [
    since,
    told.willHear
      ? "When they come back they are sent all that they missed, this event with it."
      : "When they come back they are sent what they missed, but not this event: they " +
        "cannot see the channel any more.",
  ];
}

function notConcerned(
  { userId, because }: Concerned,
  event: EventAnswer,
): ComponentChildren[] {
  const user = shown(userId);
  const { channelName } = event.event;
  const name = channelName === null ? "the channel" : shown(`#${channelName}`);
  switch (because) {
    case "says-nothing":
      return [said`${user} was not to hear it: this event says nothing on the sockets, to anybody.`];
    case "no-access":
      return [
        said`${user} was not to hear it: up to here ${user} could never see ${name}.`,
        ...notMember(user, event),
      ];
    case "lost-access":
      return [
        said`${user} was not to hear it: ${user} could see ${name} before, but not any more by then.`,
      ];
    case "other-workspaces":
      return [
        [
          said`${user} was not to hear it: their connections are for other workspaces, as far as `,
          "the nodes remember.",
        ],
      ];
    default:
      return [said`${user} was not to hear it: ${user} can see ${name}, but this was said to others.`];
  }
}

function notMember(user: ComponentChildren, { after }: EventAnswer): ComponentChildren[] {
  if (after === null || !after.channel.isPrivate) return [];
  return [
    said`It was private, with ${many(after.memberCount, "member")}, and ${user} was none of them.`,
  ];
}

/** What became of it on one connection, of a user who was to hear it or not. */
export function onConnection(
  { outcome, ended, from, upto }: ConnectionOfUser,
  wasToHear: boolean,
): string {
  if (!wasToHear && outcome === "live")
    return "open at that time: it was sent what it was to hear, and this is no part of that";
  if (!wasToHear && outcome === "caught-up")
    return "opened later: it was sent what had been missed, and this is no part of that";
  switch (outcome) {
    case "live":
      return "sent as it happened";
    case "caught-up":
      return "sent with what had been missed";
    case "left-out":
      return "left out: the channel could not be seen any more";
    case "not-yet":
      return "still to be sent";
    case "seen-before":
      return `not sent: its client had seen all up to position ${count(from ?? 0)}`;
    case "came-later":
      return `not sent: it came later, and is told what lies beyond position ${count(from ?? 0)}`;
    case "ended-before":
      return `not sent: it ended before (${ended ?? "closed"}), after position ${count(upto)}`;
    case "other-workspaces":
      return "not sent: it is for other workspaces";
    case "other-log":
      return "not sent: it was told of another log";
  }
}
