"""The row `create-http`: channels created over HTTP, each durable before it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.load import create_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import empty_post, kanal, naive
from tests.support.tokens import token

CONNECTIONS = 64
WORKSPACE = "bench"


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    with kanal(server_url) as ours, naive(server_url) as theirs, empty_post() as floor:
        yield [
            Contender("Kanal", "ours", _trial(ours.url)),
            Contender("naive service", "peer", _trial(theirs.url), target=8),
            Contender("empty POST", "floor", _trial(floor.url), target=0.7),
        ]


def _trial(url: str) -> "partial[Sample]":
    """A trial of a service; it takes the plan."""
    target = f"{url}/workspaces/{WORKSPACE}/channels"
    access = token("bench", (WORKSPACE,), ttl=86_400)
    return partial(create_channels, target, access, CONNECTIONS)


ROW = Row(
    name="create-http",
    title="Channels created over HTTP",
    unit="creates a second",
    about=f"{CONNECTIONS} keep-alive connections, a bearer token checked for each request, every"
    " answer a 201 after its commit reached the disk (fsync and synchronous_commit on).",
    findings="By a sampling profile 30% of the time is Sanic's, a sixth eventsourcing's (two"
    " aggregates, their events and what is stored of them), 8% the line of the log, 7% the"
    " read model's, 5% asyncpg's; what else is ours is in pieces of under 3%. Nothing of that"
    " can be left out, so half of our part, which 0.7 of the empty POST would take, is not"
    " there. What paid: followers that hear of a commit without asking Postgres, msgspec for"
    " the events, a timer in the place of a timeout for each command, no look for the caller"
    " of a log line, whose time is written once a second, and a response's head in a fifth of"
    " Sanic's time. What did not: to serve creates past Sanic's HTTP, as the front serves what"
    " stock clients ask, took 0.92 and 1.06 times the CPU in two runs of alternating trials."
    " The naive service waits for the disk one command after the other, so beside it the ratio"
    " moves with the disk.",
    contenders=_contenders,
    beyond=1.4,
)
