// kanal-client as a process of its own: commands come in as JSON lines, each state and each answer goes
// out as one. `tests/support/kanal_client.py` drives it.
import { createInterface } from "node:readline";
import { connect } from "kanal-client";

const [url, options] = process.argv.slice(2);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
let { tokens, ...settings } = JSON.parse(options);
let asked = 0;

/** One after the other, and then always the last; for null it throws, as an application that has none. */
function ask() {
  say({ kind: "asked", args: [++asked] });
  const [token] = tokens;
  if (tokens.length > 1) tokens = tokens.slice(1);
  if (token === null) throw new Error("nobody is signed in");
  return token;
}

const channels = connect({ url, ...settings, token: async () => ask() });

// Of a channel that is the same object as in the state before, its id is said.
let before = new Set();
channels.subscribe((state) => {
  const said = state.channels.map((channel) => (before.has(channel) ? channel.id : channel));
  before = new Set(state.channels);
  say({ kind: "state", args: [{ ...state, channels: said, reason: state.reason?.code ?? null, said: String(state.reason) }] });
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
  else if (op === "reconnect") channels.reconnect();
  else if (op === "close") channels.close();
}).on("close", () => process.stdout.write("", () => process.exit(0)));
