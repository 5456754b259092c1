"""Fixtures of the tests of operators: two nodes on one log, and an operator at the first."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support import postgres
from tests.support.operating import Operator, operating
from tests.support.revoking import two_nodes
from tests.support.service import RunningService


@pytest.fixture(scope="module")
def nodes(postgres_url: str) -> Iterator[list[RunningService]]:
    with two_nodes(postgres.create_database(postgres_url), auth_timeout="60") as running:
        yield running
        for node in running:
            assert node.troubles == ""


@pytest.fixture
async def olga(nodes: list[RunningService]) -> AsyncIterator[Operator]:
    async with operating(nodes[0].url) as operator:
        yield operator
