"""Fixtures of the rewound logs: a primary and a replica, which the tests lose, promote, restore."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.postgres import StoppableServer
from tests.support.replica import ReplicatedPostgres
from tests.support.service import free_port


@pytest.fixture(scope="package")
def servers() -> Iterator[ReplicatedPostgres]:
    # With a short path, since that of a Unix socket must be.
    with tempfile.TemporaryDirectory(prefix="kanal-") as directory:
        servers = ReplicatedPostgres(Path(directory))
        try:
            yield servers
        finally:
            asyncio.run(servers.stop())


@pytest.fixture
async def pair(servers: ReplicatedPostgres) -> ReplicatedPostgres:
    """A primary and its replica, which has all that the primary has."""
    await servers.start_empty()
    await servers.replicate()
    return servers


@pytest.fixture
def server(servers: ReplicatedPostgres) -> StoppableServer:
    """A Postgres by itself."""
    asyncio.run(servers.start_empty())
    return servers.primary


@pytest.fixture
def directory(servers: ReplicatedPostgres) -> Iterator[Path]:
    """For backups and dumps, where the servers' user can come to."""
    directory = servers.directory / uuid4().hex
    directory.mkdir()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def port() -> str:
    """Of a service that is to be found again where it was."""
    return str(free_port())
