"""Fixtures of a channel's life: one service for all of it, since each test has a workspace of its
own and nobody else writes to the log meanwhile."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support import postgres
from tests.support.http import http_client
from tests.support.service import RunningService, running_service


@pytest.fixture(scope="package")
def service(postgres_url: str) -> Iterator[RunningService]:
    with running_service(postgres.create_database(postgres_url)) as running:
        yield running


@pytest.fixture(scope="package")
def http(service: RunningService) -> Iterator[httpx.Client]:
    with http_client(service.url) as client:
        yield client
