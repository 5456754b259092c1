"""The row `connect-by-default`: what `connect` measures, as stock clients do it unasked."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from benchmarks.connect import AT_ONCE, Opening, connect_trial, websocket_alone
from benchmarks.default_clients import open_by_default
from benchmarks.measure import Absent, Contender, Plan, Row, Sample
from benchmarks.servers import kanal, node
from benchmarks.stronger_peers import Start, on_eiows

SOCKETS = 1_000

_by_default: Opening = partial(open_by_default, at_once=AT_ONCE)


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender | Absent]]:
    sockets = int(plan.scale * SOCKETS)
    with ExitStack() as stack:
        ours = stack.enter_context(kanal(server_url))

        def trial_of(start: Start) -> Callable[[Plan], Sample]:
            return partial(connect_trial, stack.enter_context(start()), sockets, _by_default)

        yield [
            Contender("Kanal", "ours", partial(connect_trial, ours, sockets, _by_default)),
            Contender("Socket.IO on Node", "peer", trial_of(node), 1.3),
            on_eiows(trial_of),
            Contender(
                "Kanal, WebSocket alone",
                "floor",
                partial(connect_trial, ours, sockets, websocket_alone),
            ),
        ]


ROW = Row(
    name="connect-by-default",
    title="Sockets that connect and authenticate over polling, and upgrade",
    unit="sockets a second",
    about=f"{SOCKETS:,} clients that connect as the stock JavaScript client does by default,"
    f" {AT_ONCE} on their way at a time, each with a token of its own that was never seen before:"
    " a session over long-polling, CONNECT in a POST beside the poll that stands open and the"
    " WebSocket that is probed, until each has switched to that and has heard `auth-success`, by"
    " whichever of the two it came. Three TCP connections for each, of which two are closed at the"
    " end. Socket.IO's own server lets an idle poll return every 100 ms, which takes a client's"
    " time and not the server's. Beside it, over WebSocket alone.",
    findings="Five parts in six are Python's, spread over the reading of five requests, the front,"
    " the token and the sessions, none of them more than a seventh. What paid: polling requests"
    " served past Sanic, and an answer that waits up to 50 ms for what the payload that is"
    " being served brings, so that a client needs one poll less.",
    contenders=_contenders,
    rounds=3,
    beyond=2,
)
