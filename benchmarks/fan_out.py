"""The rows `fan-out-500`, `fan-out-5000` and `fan-out-burst`: one event to many sockets."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial

from benchmarks.listeners import WORKSPACE, Listening, listeners
from benchmarks.measure import Contender, Plan, Role, Row
from benchmarks.servers import Server, bare_frames, kanal, node, stock_socketio
from tests.support.tokens import token


@contextmanager
def _contenders(
    sockets: int, burst: int, with_stock: bool, server_url: str, plan: Plan
) -> Iterator[list[Contender]]:
    count = max(10, int(sockets * plan.scale))
    access = token("bench", (WORKSPACE,), ttl=86_400)
    with ExitStack() as stack:

        def contender(name: str, role: Role, start: AbstractContextManager[Server]) -> Contender:
            server = stack.enter_context(start)
            listening = Listening(server, access, count, burst)
            return Contender(name, role, stack.enter_context(listeners(listening)))

        stock = [contender("python-socketio", "peer", stock_socketio())] if with_stock else []
        yield [
            contender("Kanal", "ours", kanal(server_url)),
            contender("Socket.IO on Node", "peer", node()),
            *stock,
            contender("bare writes", "floor", bare_frames()),
        ]


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
