"""The rows `fan-out-500`, `fan-out-5000` and `fan-out-burst`: one event to many sockets."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks import cores
from benchmarks.listeners import WORKSPACE, Listening, listeners
from benchmarks.measure import Contender, Plan, Role, Row
from benchmarks.peers.process import Peer, node, running, sanic_app
from tests.support.postgres import create_database
from tests.support.service import running_service
from tests.support.tokens import SECRET, token


@contextmanager
def _contenders(
    sockets: int, burst: int, with_stock: bool, server_url: str, plan: Plan
) -> Iterator[list[Contender]]:
    count = max(10, int(sockets * plan.scale))
    access = token("bench", (WORKSPACE,), ttl=86_400)
    with ExitStack() as stack:

        def contender(name: str, role: Role, peer: Peer, log: str | None = None) -> Contender:
            listening = Listening(peer.url, peer.pid, access, count, burst, log)
            return Contender(name, role, stack.enter_context(listeners(listening)))

        database = create_database(server_url)
        with cores.pinned(cores.SERVER):
            kanal = stack.enter_context(running_service(database))
        yield [
            contender("Kanal", "ours", Peer(kanal.url, kanal.process.pid), database),
            contender("Socket.IO on Node", "peer", stack.enter_context(node(JWT_SECRET=SECRET))),
            *(
                contender("python-socketio", "peer", stack.enter_context(_stock()))
                for _ in range(with_stock)
            ),
            contender("bare writes", "floor", stack.enter_context(_bare())),
        ]


_stock = partial(sanic_app, "benchmarks.peers.stock_socketio:app", JWT_SECRET=SECRET)
_bare = partial(running, sys.executable, "-m", "benchmarks.peers.bare_frames")


def _row(name: str, title: str, sockets: int, burst: int, about: str, *, with_stock: bool) -> Row:
    return Row(
        name=name,
        title=title,
        unit="deliveries a second",
        about=about,
        contenders=partial(_contenders, sockets, burst, with_stock),
    )


_PATH = (
    " Ours goes the whole way: another node commits the events to the log, and the service, which"
    " keeps its projections up to date meanwhile, finds, reads, decodes and encodes them and writes"
    " them to the sockets. The peers and the floor are asked to by a POST. What is counted is"
    " frames that have arrived."
)

_ONE = (
    "One event at a time to {} sockets over WebSocket: the next is made ready while one is on its"
    " way." + _PATH
)

ROWS = [
    _row(
        "fan-out-500", "Fan-out to 500 sockets", 500, 1, _ONE.format("500"), with_stock=True,
    ),
    _row(
        "fan-out-5000", "Fan-out to 5,000 sockets", 5_000, 1, _ONE.format("5,000"), with_stock=True,
    ),
    _row(
        "fan-out-burst",
        "Fan-out of 100 events at once",
        500,
        100,
        "A hundred events are ready at once, for 500 sockets over WebSocket: the next hundred is"
        " made ready while one is on its way. The floor writes a hundred frames in one piece."
        + _PATH,
        with_stock=False,
    ),
]  # fmt: skip
