// A stock socket.io-client as a process of its own: commands come in as JSON lines, all that the
// client hears goes out as JSON lines. `tests/support/clients.py` drives it.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, options] = process.argv.slice(2);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const given = JSON.parse(options ?? "{}");
// A function, so that each connection brings the token of its time.
const socket = io(url, { ...given, auth: (send) => send(given.auth) });

socket.on("connect", () => say({ kind: "connect", args: [socket.id, socket.recovered] }));
socket.on("disconnect", (reason) => say({ kind: "disconnect", args: [reason] }));
socket.on("connect_error", (error) => say({ kind: "connect_error", args: [error.message] }));
socket.onAny((name, ...args) => say({ kind: "event", name, args }));
socket.io.engine.on("upgrade", (transport) => say({ kind: "upgrade", args: [transport.name] }));

// JSON has no bytes: {"$bytes": "base64"} stands for a Buffer.
const revive = (_, value) => (value?.$bytes === undefined ? value : Buffer.from(value.$bytes, "base64"));

// As a lost network does: the client comes back by itself. Not in the turn in which an upgrade ends, as
// `close` alone would, since what the poll before it has brought would be told after the next connect, and
// again (findings/what-came-with-the-end-is-heard-twice.sh).
function drop(engine) {
  const close = () => setImmediate(() => engine.close());
  if (engine.upgrading) engine.once("upgrade", close);
  else close();
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { op, name, args = [], ack, token } = JSON.parse(line, revive);
  if (op === "emit" && ack !== undefined) {
    socket.emit(name, ...args, (...answer) => say({ kind: "ack", name: String(ack), args: answer }));
  } else if (op === "emit") {
    socket.emit(name, ...args);
  } else if (op === "drop") {
    drop(socket.io.engine);
  } else if (op === "disconnect") {
    socket.disconnect();
  } else if (op === "connect") {
    socket.connect();
  } else if (op === "token") {
    given.auth = { ...given.auth, token };
  }
}).on("close", () => process.exit(0));
