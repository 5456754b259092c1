"""The row `connect`: sockets that connect and authenticate, as fast as they come."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psutil
import uvloop

from benchmarks import cores
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, bare_frames, kanal, node
from benchmarks.sockets import abort_sockets, open_sockets
from tests.support.tokens import token

SOCKETS = 2_000
AT_ONCE = 200
WORKSPACE = "bench"


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    sockets = int(plan.scale * SOCKETS)
    with kanal(server_url) as ours, node() as theirs, bare_frames() as floor:
        yield [
            Contender("Kanal", "ours", partial(_trial, ours, sockets)),
            Contender("Socket.IO on Node", "peer", partial(_trial, theirs, sockets), 1),
            Contender("bare upgrade", "floor", partial(_trial, floor, sockets)),
        ]


def _trial(server: Server, count: int, _: Plan) -> Sample:
    now = time.time_ns()
    tokens = [token(f"user-{number}-{now}", (WORKSPACE,)) for number in range(count)]
    with cores.pinned(cores.LOAD):
        return uvloop.run(connect_sockets(server, tokens))


async def connect_sockets(server: Server, tokens: list[str]) -> Sample:
    """Open a socket for each token, as fast as they come, and end them."""
    process = psutil.Process(server.pid)
    used, busy, began = sum(process.cpu_times()[:2]), time.process_time(), time.perf_counter()
    sockets = await open_sockets(server.url, tokens, at_once=AT_ONCE)
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
    " from the TCP connection to `auth-success`.",
    contenders=_contenders,
    rounds=3,
)
