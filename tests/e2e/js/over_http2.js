// A browser's way over HTTP/2, URL TOKEN: on one connection a session over long-polling, whose GET stands
// open while it POSTs; and a WebSocket (RFC 8441), as browsers open one where the proxy offers that. Prints
// what was spoken, the events that the session was sent, and the status of the WebSocket or null.
import http2 from "node:http2";

const [, , url, token] = process.argv;
const POLL = "/socket.io/?EIO=4&transport=polling";

const connection = http2.connect(url, { rejectUnauthorized: false });

function ask(headers, body) {
  return new Promise((answered, failed) => {
    const stream = connection.request({ ...headers, origin: url }, { endStream: body === undefined });
    let status, text = "";
    stream.setEncoding("utf8");
    stream.on("response", (answer) => (status = answer[":status"]));
    stream.on("data", (data) => (text += data));
    stream.on("end", () => (status === 200 ? answered(text) : failed(new Error(`${status} ${text}`))));
    stream.on("error", failed);
    if (body !== undefined) stream.end(body);
  });
}

function websocket() {
  return new Promise((answered) => {
    const stream = connection.request(
      {
        ":method": "CONNECT", ":protocol": "websocket", ":path": "/socket.io/?EIO=4&transport=websocket",
        "sec-websocket-version": "13", origin: url,
      },
      { endStream: false },
    );
    stream.on("response", (answer) => answered(answer[":status"]));
    stream.on("error", (error) => answered(error.code));
  });
}

async function main() {
  await new Promise((ready) => connection.once("remoteSettings", ready));
  const spoken = connection.alpnProtocol;
  const path = `${POLL}&sid=${JSON.parse((await ask({ ":path": POLL })).slice(1)).sid}`;
  const poll = () => ask({ ":path": path });
  const send = (packet) => ask({ ":path": path, ":method": "POST" }, packet);
  await send("40");
  await poll();
  const open = poll();
  await send(`42${JSON.stringify(["auth", { data: token }])}`);
  const events = (await open).split("\x1e").map((packet) => JSON.parse(packet.slice(2))[0]);
  const offered = connection.remoteSettings.enableConnectProtocol;
  console.log(JSON.stringify({ spoken, events, websocket: offered ? await websocket() : null }));
  process.exit();
}

await main();
