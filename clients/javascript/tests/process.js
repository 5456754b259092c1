// kanal-client as a process of its own: commands come in as JSON lines, each state and each answer goes
// out as one. `tests/support/kanal_client.py` drives it.
import { createInterface } from "node:readline";
import { connect } from "kanal-client";

const [url, options] = process.argv.slice(2);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
let { tokens, ...settings } = JSON.parse(options);
let asked = 0;

/** One after the other, and then always the last; for null it throws, as an application that has none. It
 * may answer later with what it had when it was asked. */
let isHeld = false;
let waiting = [];
async function ask() {
  say({ kind: "asked", args: [++asked] });
  const [token] = tokens;
  if (tokens.length > 1) tokens = tokens.slice(1);
  if (token === null) throw new Error("nobody is signed in");
  if (isHeld) {
    say({ kind: "held", args: [] });
    await new Promise((answer) => waiting.push(answer));
  }
  return token;
}

const channels = connect({ url, ...settings, token: ask });

// `kept` says how many channels at the beginning are the same objects as in the state before, which are left
// out then. Of one that is the same object at another place, its id is said.
let before = [];
channels.subscribe((state) => {
  let kept = 0;
  while (kept < before.length && before[kept] === state.channels[kept]) kept++;
  const known = new Set(before.slice(kept));
  const rest = state.channels.slice(kept).map((channel) => (known.has(channel) ? channel.id : channel));
  before = state.channels;
  const reason = state.reason?.code ?? null;
  say({ kind: "state", args: [{ ...state, kept, channels: rest, reason, said: String(state.reason) }] });
});

const all = async (entries) => {
  const found = [];
  for await (const entry of entries) found.push(entry);
  return found;
};
const COMMANDS = {
  create: (...args) => channels.create(...args),
  get: (...args) => channels.get(...args),
  reached: async (position) => (await channels.reached(position)).position,
  update: (...args) => channels.update(...args),
  delete: (...args) => channels.delete(...args),
  history: (...args) => all(channels.history(...args)),
  members: (...args) => all(channels.members.list(...args)),
  addMember: (...args) => channels.members.add(...args),
  removeMember: (...args) => channels.members.remove(...args),
};

async function call(name, args) {
  try {
    return { result: (await COMMANDS[name](...args)) ?? null };
  } catch (error) {
    return { error: { code: error.code ?? null, status: error.status ?? null, message: String(error) } };
  }
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { op, name, args, ack, ...given } = JSON.parse(line);
  if (op === "call") say({ kind: "ack", name: String(ack), args: [await call(name, args)] });
  else if (op === "tokens") tokens = given.tokens;
  else if (op === "hold") {
    isHeld = given.isHeld;
    waiting.splice(0).forEach((answer) => answer());
  }
  else if (op === "reconnect") channels.reconnect();
  else if (op === "close") channels.close();
}).on("close", () => process.stdout.write("", () => process.exit(0)));
