#!/usr/bin/env bash
# A WebSocket that ends between its handshake and Engine.IO's first packet: the JavaScript client waits out its timeout.
#
# Versions: socket.io-client 4.8.4 (engine.io-client 6.6), on Node 20.
# Guess: a connection that ends while it is being opened is a failed attempt: `connect_error`, and another one
#   after `reconnectionDelay`.
# What happens: so it is where the server is away, or ends the connection before or within the answer to the
#   handshake. Where the WebSocket stands, and ends before `open`, the first packet, has come, engine.io-client
#   says `close` and no `error`, and what waits for it to be opened listens to `error` alone. It is noticed when
#   the `timeout` of the attempt is over, after 20 s.
# Why it matters: a proxy that takes WebSockets before it has a server, and a server that is killed just then, cost each
#   client 20 s in place of a second; with `timeout: 5000` it is five.
# Seen (when the client asked again):
#   the server ends the connection  asked again after
#   in place of an answer           0 s
#   after the handshake             20 s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund socket.io-client@4.8.4
cat > ends.js <<'JS'
const { createHash } = require("node:crypto");
const { createServer } = require("node:net");
const { io } = require("socket.io-client");

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
const answer = (head) => {
  const key = /^sec-websocket-key: *(\S+)/im.exec(head)[1];
  const accept = createHash("sha1").update(key + GUID).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
};

const askedAgain = (say) => new Promise((resolve) => {
  let first;
  const server = createServer((connection) => {
    connection.on("error", () => {});
    connection.once("data", (head) => {
      connection.end(say(String(head)));
      if (first === undefined) return (first = Date.now());
      socket.close();
      server.close();
      resolve(Math.floor((Date.now() - first) / 1000));
    });
  });
  let socket;
  server.listen(0, "127.0.0.1", () => {
    const options = { transports: ["websocket"], reconnectionDelay: 100, forceNew: true };
    socket = io(`http://127.0.0.1:${server.address().port}`, options);
  });
});

Promise.all([askedAgain(() => ""), askedAgain(answer)]).then(([before, after]) => {
  console.log("the server ends the connection  asked again after");
  console.log(`in place of an answer           ${before} s`);
  console.log(`after the handshake             ${after} s`);
  if (before > 2 || after < 18) console.error("changed: it is noticed at another time");
  process.exit(before > 2 || after < 18 ? 1 : 0);
});
JS
timeout 60 node ends.js
