"""The rows `workers-create` and `workers-deliver`: a service of two workers beside one of a single
process, where both may use all cores."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks import cores
from benchmarks.create_http import CONNECTIONS
from benchmarks.listeners import Listening, listeners
from benchmarks.load import create_channels
from benchmarks.making import WORKSPACE
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from tests.support.tokens import token

SOCKETS = 2_000

_Trial = Callable[[Plan], Sample]


@contextmanager
def _contenders(
    trial_of: Callable[[Server, Plan, ExitStack], _Trial], server_url: str, plan: Plan
) -> Iterator[list[Contender]]:
    with ExitStack() as stack:

        def trial(workers: str) -> _Trial:
            server = kanal(server_url, on=cores.ALL, workers=workers)
            return trial_of(stack.enter_context(server), plan, stack)

        yield [
            Contender("Kanal, two workers", "ours", trial("2")),
            Contender("Kanal, one process", "peer", trial("1")),
        ]


def _creates(server: Server, _: Plan, __: ExitStack) -> _Trial:
    url = f"{server.url}/workspaces/{WORKSPACE}/channels"
    access = token("bench", (WORKSPACE,), ttl=86_400)
    return partial(create_channels, url, access, CONNECTIONS, on=cores.ALL)


def _deliveries(server: Server, plan: Plan, stack: ExitStack) -> _Trial:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    count = max(10, int(SOCKETS * plan.scale))
    return stack.enter_context(
        listeners(Listening(server, access, count, burst=10, on=tuple(cores.ALL)))
    )


_WHERE = (
    " Everything shares all cores: the service, Postgres and the load, which takes what it says."
    " A trial is of one service at a time, the other one idle."
)

ROWS = [
    Row(
        name="workers-create",
        title="Two workers: channels created over HTTP",
        unit="creates a second",
        about=f"As in `create-http`, over {CONNECTIONS} connections." + _WHERE,
        contenders=partial(_contenders, _creates),
    ),
    Row(
        name="workers-deliver",
        title="Two workers: deliveries",
        unit="deliveries a second",
        about=f"Ten events at once to {SOCKETS:,} sockets over WebSocket, as in `fan-out-burst`;"
        " the sockets are spread over the workers as they came." + _WHERE,
        contenders=partial(_contenders, _deliveries),
        rounds=3,
    ),
]
