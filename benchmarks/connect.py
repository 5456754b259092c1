"""The row `connect`: sockets that connect and authenticate, as fast as they come."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import psutil
import uvloop

from benchmarks import cores
from benchmarks.measure import Absent, Contender, Plan, Row, Sample
from benchmarks.servers import Server, bare_frames, kanal, node
from benchmarks.sockets import CountingSocket, abort_sockets, open_sockets
from benchmarks.stronger_peers import Start, stronger_peers

SOCKETS = 2_000
AT_ONCE = 200

Opening = Callable[[Server, Sequence[str]], Awaitable[Sequence[CountingSocket]]]
"""Opens a socket at a server for each token."""


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender | Absent]]:
    sockets = int(plan.scale * SOCKETS)
    with ExitStack() as stack:

        def trial_of(start: Start) -> Callable[[Plan], Sample]:
            return partial(connect_trial, stack.enter_context(start()), sockets, websocket_alone)

        yield [
            Contender("Kanal", "ours", trial_of(partial(kanal, server_url))),
            Contender("Socket.IO on Node", "peer", trial_of(node), 2),
            *stronger_peers(plan, trial_of),
            Contender("bare upgrade", "floor", trial_of(bare_frames)),
        ]


def connect_trial(server: Server, count: int, opening: Opening, _: Plan) -> Sample:
    """Open so many sockets, each of a user of its own, from the generator's core."""
    now = time.time_ns()
    tokens = [server.protocol.access(f"user-{number}-{now}") for number in range(count)]
    with cores.pinned(cores.LOAD):
        return uvloop.run(connect_sockets(server, tokens, opening))


async def websocket_alone(server: Server, tokens: Sequence[str]) -> Sequence[CountingSocket]:
    """Open the sockets over WebSocket, as fast as they come."""
    return await open_sockets(server.url, tokens, kind=server.protocol.socket, at_once=AT_ONCE)


async def connect_sockets(
    server: Server, tokens: Sequence[str], opening: Opening = websocket_alone
) -> Sample:
    """Open a socket for each token, and end them."""
    process = psutil.Process(server.pid)
    used, busy, began = sum(process.cpu_times()[:2]), time.process_time(), time.perf_counter()
    sockets = await opening(server, tokens)
    seconds = time.perf_counter() - began
    used, busy = sum(process.cpu_times()[:2]) - used, time.process_time() - busy
    abort_sockets(sockets)
    return Sample(
        value=len(sockets) / seconds,
        columns={
            "server CPU µs each": used / len(sockets) * 1_000_000,
            "generator busy %": busy / seconds * 100,
        },
    )


ROW = Row(
    name="connect",
    title="Sockets that connect and authenticate",
    unit="sockets a second",
    about=f"{SOCKETS:,} sockets over WebSocket, {AT_ONCE} on their way at a time, each with a token"
    " of its own that was never seen before (HS256, checked by every contender but the floor),"
    " from the TCP connection to `auth-success`, or to Centrifugo's answer that it is connected"
    " and subscribed to its workspace.",
    findings="By a sampling profile 27% of the time is spent on `auth` (11% on the token, 5% on the"
    " answer's way out), 25% on the handshake (9% makes the WebSocket, 5% reads the"
    " request), 10% on what else CONNECT takes, 7% on the ends of those that go, and 15% is"
    " the loop's own, reading and accepting. Beside the loop and what is written (6%) all is"
    " in pieces of under 4%; the bare upgrade is websockets' handshake and nothing else."
    " What paid: a front that serves what all clients ask alike past Sanic, CONNECT answered"
    " without five layers, a token taken apart once. Tried and left out: a context of its"
    " own for each request, after which what has ended is not freed at once.",
    contenders=_contenders,
    rounds=3,
    beyond=2,
)
