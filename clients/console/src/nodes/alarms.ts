/** Alarms in plain words: what has happened, and what it means for who uses the service. */
import { count } from "../words.ts";

export function inPlainWords(message: string): readonly [string, string] {
  const rewound = /^the log was rewound: positions (\d+) to (\d+) are gone/.exec(message);
  if (rewound !== null) {
    const [from, to] = [Number(rewound[1]), Number(rewound[2])];
    const lost =
      from === to ? `Event ${count(from)} is` : `Events ${count(from)} to ${count(to)} are`;
    return [
      "The log has lost its end",
      `${lost} gone: the database is an older state of itself, such as a standby that ` +
        "was behind or a backup. Clients that had seen them are told that they are not " +
        "recovered, and read the list; all others go on.",
    ];
  }
  const stopped = /^(.+?) stopped: /.exec(message);
  if (stopped !== null) {
    return [
      `“${stopped[1]}” has stopped on this node`,
      "A part of the node ended with an error that it cannot go on from. What it did is " +
        "not done until the node is started again, or the cause is gone.",
    ];
  }
  return [
    "Something that needs a look",
    "The node has said the line below, and that it is critical.",
  ];
}
