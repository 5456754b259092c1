/** Plain words for what the service says in names. */
import type { ComponentChildren } from "preact";
import { said, shown } from "./said.tsx";
import type { LogEntry } from "./types.ts";

const number = new Intl.NumberFormat("en");
const PERSONS = new Intl.PluralRules("en");

export const count = (value: number): string => number.format(value);

/** `1 event`, `2 events`. */
export const many = (value: number, one: string, more = `${one}s`): string =>
  `${count(value)} ${PERSONS.select(value) === "one" ? one : more}`;

/** A moment in the reader's own time, to the second. */
export function when(moment: string): string {
  const date = new Date(moment);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function bytes(value: number): string {
  return value < 1024 ? many(value, "byte") : `${count(Math.round(value / 1024))} KiB`;
}

export function list(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? "")
    : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What an event did, between who did it and to which channel: `created`, `let bob into`. */
export function deed(entry: LogEntry): ComponentChildren {
  const user = shown(String(entry.changes["userId"] ?? "somebody"));
  switch (entry.type) {
    case "channel.created":
      return entry.changes["isPrivate"] === true ? "created the private channel" : "created";
    case "channel.updated":
      return `changed ${list(Object.keys(entry.changes).map(field))} of`;
    case "channel.deleted":
      return "deleted";
    case "channel.member-added":
      return said`made ${user} ${entry.changes["role"] === "admin" ? "an admin" : "a user"} of`;
    case "channel.member-removed":
      return said`took ${user} out of`;
    case "channel-name.reserved":
      return said`reserved the name ${shown(String(entry.changes["key"]))} for`;
    case "channel-name.reserved-again":
      return "reserved a name that was free again for";
    case "channel-name.released":
      return "released a name";
    case "access.revoked":
      return said`took back the access of ${user}`;
    default:
      return entry.type;
  }
}

/** The channel of an event by its name, or by the beginning of its id where the event says no name. */
export function named({ channelName, channelId }: LogEntry): string {
  return channelName === null ? `channel ${channelId?.slice(0, 8)}` : `#${channelName}`;
}

const FIELDS: Record<string, string> = {
  isPrivate: "the privacy",
  name: "the name",
  description: "the description",
};

export const field = (name: string): string => FIELDS[name] ?? name;

export const TOPICS: Record<string, string> = {
  "channel.created": "Channel created",
  "channel.updated": "Channel changed",
  "channel.deleted": "Channel deleted",
  "channel.member-added": "Member added",
  "channel.member-removed": "Member removed",
  "channel-name.reserved": "Name reserved",
  "channel-name.reserved-again": "Name reserved again",
  "channel-name.released": "Name released",
  "access.revoked": "Access taken back",
};
