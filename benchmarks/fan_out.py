"""The rows `fan-out-500`, `fan-out-5000` and `fan-out-burst`: one event to many sockets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.listeners import Listening, listeners
from benchmarks.measure import Absent, Contender, Plan, Row, Sample
from benchmarks.servers import bare_frames, kanal, node, stock_socketio
from benchmarks.stronger_peers import Start, stronger_peers


@dataclass(frozen=True)
class _Targets:
    """How many times as good ours is to be."""

    node: float
    stock: float | None = None
    """None: not measured."""
    floor: float | None = None


@contextmanager
def _contenders(
    sockets: int, burst: int, targets: _Targets, server_url: str, plan: Plan
) -> Iterator[list[Contender | Absent]]:
    count = max(10, int(sockets * plan.scale))

    def listened(start: Start) -> Callable[[Plan], Sample]:
        return partial(_trial, start, count, burst)

    contenders: list[Contender | Absent] = [
        Contender("Kanal", "ours", listened(partial(kanal, server_url))),
        Contender("Socket.IO on Node", "peer", listened(node), targets.node),
        *stronger_peers(plan, listened),
    ]
    if targets.stock is not None:
        stock = listened(stock_socketio)
        contenders.append(Contender("python-socketio", "peer", stock, targets.stock))
    yield [*contenders, Contender("bare writes", "floor", listened(bare_frames), targets.floor)]


def _trial(start: Start, sockets: int, burst: int, plan: Plan) -> Sample:
    """With nobody beside it: thousands of sockets that others hold are pinged all the time."""
    with start() as server:
        listening = Listening(server, server.protocol.access("bench"), sockets, burst)
        with listeners(listening) as listen:
            listen(plan)  # what is compiled as it runs, in Node, is then compiled
            return listen(plan)


def _row(
    name: str,
    title: str,
    sockets: int,
    burst: int,
    about: str,
    targets: _Targets,
    rounds: int | None = None,
) -> Row:
    return Row(
        name=name,
        title=title,
        unit="deliveries a second",
        about=about,
        findings=_FINDINGS,
        contenders=partial(_contenders, sockets, burst, targets),
        rounds=rounds,
    )


_ONE_AT_A_TIME = _Targets(node=1.6, stock=12, floor=0.85)

_PATH = (
    " Ours goes the whole way: another node commits the events to the log, and the service, which"
    " keeps its projections up to date meanwhile, finds, reads, decodes and encodes them and writes"
    " them to the sockets. The peers and the floor are asked to by a POST; Centrifugo keeps what it"
    " is handed in memory, with history and recovery on. What is counted is events that have"
    " arrived. Each trial has a server and sockets of its own, and the second of two counts."
)

_FINDINGS = (
    "More than half of the time is the kernel's, which sends: it is all that the floor does. About"
    " 0.5 µs for each socket are Python's beside uvloop's write, where it was 0.8; some 0.5 ms for"
    " each event go into being woken, reading, decoding and saying it. Where the server is not busy"
    " it waits for Postgres, unless that answers while the event before is being written."
    " What paid: one write for a socket and turn, one frame for an audience, two calls on the way"
    " to a socket, no lookup of what it may still take, one read for all followers of a node, no"
    " retrying built for a read that succeeds. What would not: the socket's own `send` in place of"
    " uvloop's write is 0.2 to 0.4 µs of 6."
)

_ONE = (
    "One event at a time to {} sockets over WebSocket: the next is made ready while one is on its"
    " way." + _PATH
)

ROWS = [
    _row(
        "fan-out-500", "Fan-out to 500 sockets", 500, 1, _ONE.format("500"), _ONE_AT_A_TIME,
    ),
    _row(
        "fan-out-5000", "Fan-out to 5,000 sockets", 5_000, 1, _ONE.format("5,000"),
        _ONE_AT_A_TIME, rounds=3,
    ),
    _row(
        "fan-out-burst",
        "Fan-out of 100 events at once",
        500,
        100,
        "A hundred events are ready at once, for 500 sockets over WebSocket: the next hundred is"
        " made ready while one is on its way. The floor writes a hundred frames in one piece."
        + _PATH,
        _Targets(node=5),
    ),
]  # fmt: skip
