"""The row `create-http`: channels created over HTTP, each durable before it is answered."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import parse_qs, urlsplit

from benchmarks import cores
from benchmarks.load import create_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.peers.process import sanic_app
from tests.support.postgres import create_database
from tests.support.service import running_service
from tests.support.tokens import SECRET, token

CONNECTIONS = 64
WORKSPACE = "bench"


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    with ExitStack() as services:
        with cores.pinned(cores.SERVER):
            kanal = services.enter_context(running_service(create_database(server_url)))
        naive = services.enter_context(
            sanic_app(
                "benchmarks.peers.naive:app",
                JWT_SECRET=SECRET,
                **postgres_environment(create_database(server_url)),
            )
        )
        empty = services.enter_context(
            sanic_app("benchmarks.peers.empty_post:app", JWT_SECRET=SECRET)
        )
        yield [
            Contender("Kanal", "ours", _trial(kanal.url)),
            Contender("naive service", "peer", _trial(naive.url)),
            Contender("empty POST", "floor", _trial(empty.url)),
        ]


def _trial(url: str) -> "partial[Sample]":
    """A trial of a service; it takes the plan."""
    target = f"{url}/workspaces/{WORKSPACE}/channels"
    access = token("bench", (WORKSPACE,), ttl=86_400)
    return partial(create_channels, target, access, CONNECTIONS)


def postgres_environment(url: str) -> dict[str, str]:
    """A database's URL in the settings of eventsourcing's Postgres module."""
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": "unused",
    }


ROW = Row(
    name="create-http",
    title="Channels created over HTTP",
    unit="creates a second",
    about=f"{CONNECTIONS} keep-alive connections, a bearer token checked for each request, every"
    " answer a 201 after its commit reached the disk (fsync and synchronous_commit on).",
    contenders=_contenders,
)
