"""The integration tests' fixtures: nodes of the service in the test's own process, on Postgres."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.support import postgres
from tests.support.background import running
from tests.support.node import Node, open_node
from tests.support.postgres import StoppableServer


@pytest.fixture
async def node(database_url: str) -> AsyncIterator[Node]:
    """A node on an empty log."""
    async with open_node(database_url) as node:
        yield node


@pytest.fixture
async def second_node(node: Node, database_url: str) -> AsyncIterator[Node]:
    """Another node of the same service, on the same log."""
    async with open_node(database_url) as second:
        yield second


@pytest.fixture
async def list_is_kept(node: Node) -> AsyncIterator[None]:
    """A runner keeps the channel list up to date."""
    runner = node.runner()
    async with running(runner.run()):
        await runner.is_built.wait()
        yield


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that owes nothing to our code; the read models' tables go by plain names."""
    path = "kanal_channels_v1, kanal_snapshots_v1, kanal_revocations_v1, kanal_record_v1, public"
    connection = await asyncpg.connect(database_url, server_settings={"search_path": path})
    yield connection
    await connection.close()


@pytest.fixture
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """What is undone in the middle of a test, to come back to the schema of today."""
    with monkeypatch.context() as context:
        yield context


@pytest.fixture(scope="session")
def a_second_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoppableServer]:
    server = StoppableServer(tmp_path_factory.mktemp("stoppable"))
    yield server
    server.stop()


@pytest.fixture
def stoppable(a_second_server: StoppableServer) -> StoppableServer:
    """A running Postgres that the test may stop and start."""
    a_second_server.start()
    return a_second_server


@pytest.fixture
def stoppable_url(stoppable: StoppableServer) -> str:
    """An empty database there."""
    return postgres.create_database(stoppable.url)
