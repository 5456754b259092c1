#!/usr/bin/env bash
# What came in the turn in which a connection ends, the JavaScript client tells after the next connect, and again.
#
# Versions: socket.io 4.8.4 and socket.io-client 4.8.4 of Node.
# Guess: with connection state recovery each event is told once: the client sends the offset of the last one that
#   came, and the server sends what is later.
# What happens: a packet is decoded in one turn and told in the next. If the connection ends between the two, here
#   by `engine.close()`, with which Socket.IO's documents try recovery out, the events behind are kept until the
#   client is connected again, and their offsets are not: they are told then, and once more by the server, which was
#   asked for them. `socket.recovered` is true.
# Why it matters: nothing that a server does avoids it, so whoever counts on "once" has to look at the ids or
#   positions of events; and tests of recovery that end the connection so find repeats.
# Seen: the table at the end of this script.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io@4.8.4 socket.io-client@4.8.4
cat > twice.mjs <<'JS'
import { createServer } from "node:http";
import { Server } from "socket.io";
import { io } from "socket.io-client";

const http = createServer();
const server = new Server(http, { connectionStateRecovery: {} });
server.on("connection", (socket) => {
  if (socket.recovered) return server.emit("event", "last");
  for (const name of ["1", "2", "3", "4"]) server.emit("event", name);
});
await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
const socket = io(`http://127.0.0.1:${http.address().port}`, {
  transports: [process.argv[2]],
  reconnectionDelay: 10,
});
const heard = [];
let recovered = false;
socket.on("connect", () => (recovered = socket.recovered));
await new Promise((done) =>
  socket.on("event", (name) => {
    heard.push(name);
    if (heard.length === 2) {
      if (process.argv[3] === "at once") socket.io.engine.close();
      else setImmediate(() => socket.io.engine.close());
    }
    if (name === "last") done();
  }),
);
console.log(`${process.argv[2]}, ${process.argv[3]}: ${heard.join(" ")}, recovered: ${recovered}`);
process.exit();
JS
for transport in polling websocket; do
    for when in "at once" "a turn later"; do node twice.mjs "$transport" "$when"; done
done | tee seen
diff - seen <<'SEEN'
polling, at once: 1 2 3 4 3 4 last, recovered: true
polling, a turn later: 1 2 3 4 last, recovered: true
websocket, at once: 1 2 3 4 3 4 last, recovered: true
websocket, a turn later: 1 2 3 4 last, recovered: true
SEEN
echo "as it was seen"
