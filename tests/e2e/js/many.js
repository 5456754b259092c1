// Many stock socket.io-clients with default options in one process, which say what their users would
// see as JSON lines. `tests/cluster/test_hundred_clients.py` runs it.
import { io } from "socket.io-client";

const [url, count, token] = process.argv.slice(2);
const say = (kind, ...args) => process.stdout.write(JSON.stringify({ kind, args }) + "\n");

for (let number = 0; number < Number(count); number++) {
  const socket = io(url, { forceNew: true, auth: { token } });
  socket.on("auth-success", ({ userId }) => say("auth-success", number, userId));
  for (const trouble of ["connect_error", "disconnect", "socket-api-error"])
    socket.on(trouble, (what) => say("trouble", number, trouble, what.message ?? what));
}

process.stdin.on("end", () => process.exit(0)).resume();
