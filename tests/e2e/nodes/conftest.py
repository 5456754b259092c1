"""Fixtures of the tests of several nodes: three of them on one log, and a balancer before them that
sends each request to the next."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest

from tests.support import postgres
from tests.support.round_robin import RoundRobin
from tests.support.service import RunningService, free_port, running_service


@pytest.fixture(scope="module")
def nodes(postgres_url: str) -> Iterator[list[RunningService]]:
    """Three nodes, for tests that leave them as they are. The last is reached over its port."""
    database_url, port = postgres.create_database(postgres_url), str(free_port())
    over_port = {"port": port, "node_url": f"http://127.0.0.1:{port}"}
    with ExitStack() as stack:
        yield [
            stack.enter_context(running_service(database_url, **settings))
            for settings in ({}, {}, over_port)
        ]


@pytest.fixture(scope="module")
def opened(nodes: list[RunningService]) -> RunningService:
    """The node at which sessions are opened."""
    return nodes[0]


@pytest.fixture(scope="module")
def other(nodes: list[RunningService]) -> RunningService:
    """The node to which they move."""
    return nodes[1]


@pytest.fixture
async def balancer(nodes: list[RunningService]) -> AsyncIterator[RoundRobin]:
    async with RoundRobin([node.url for node in nodes]) as balancer:
        yield balancer
