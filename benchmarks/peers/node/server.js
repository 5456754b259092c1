// The peer of the socket rows: Socket.IO's own server as its documents show it. A token is checked in
// a middleware, a room is a workspace, and `POST /emit?count=N` emits its body N times to the room. With
// WS_ENGINE=eiows that is its engine in the place of ws, as its own documents show it.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import jwt from "jsonwebtoken";
import { Server } from "socket.io";

const load = createRequire(new URL("../eiows/", import.meta.url));
const engine = process.env.WS_ENGINE;
const options = engine ? { wsEngine: load(engine).Server, perMessageDeflate: false } : {};
const server = createServer(emit);
const io = new Server(server, options);
let position = 0;

io.use((socket, next) => {
  const options = { algorithms: ["HS256"] };
  jwt.verify(socket.handshake.auth.token, process.env.JWT_SECRET, options, (error, claims) => {
    socket.data.claims = claims;
    next(error);
  });
});

io.on("connection", (socket) => {
  const { sub, workspaces } = socket.data.claims;
  socket.join(workspaces);
  socket.emit("auth-success", { userId: sub, position, recovered: false });
});

async function emit(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname !== "/emit") return;
  let body = "";
  for await (const chunk of request) body += chunk;
  const model = JSON.parse(body);
  for (let left = Number(searchParams.get("count")); left > 0; left--) {
    io.to(model.workspaceId).emit("channel-created", { ...model, position: ++position });
  }
  response.writeHead(204).end();
}

server.keepAliveTimeout = 3_600_000; // who posts does so in turn with others
server.listen({ port: Number(process.env.PORT), host: "127.0.0.1", backlog: 4096 });
