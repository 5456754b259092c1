"""Fixtures of the tests of webhooks: a service that may send to loopback, and an operator there."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.support.http import http_client
from tests.support.postgres import create_database
from tests.support.registering import Registrar
from tests.support.service import RunningService, running_service


@dataclass(frozen=True)
class Sending:
    """A service whose webhooks may be on this machine, and its database."""

    service: RunningService
    database_url: str
    http: httpx.Client


@pytest.fixture(scope="module")
def sending(postgres_url: str) -> Iterator[Sending]:
    database_url = create_database(postgres_url)
    with (
        running_service(database_url, webhook_networks="127.0.0.0/8") as service,
        http_client(service.url) as http,
    ):
        yield Sending(service, database_url, http)
        assert service.troubles == ""


@pytest.fixture
def registrar(sending: Sending) -> Iterator[Registrar]:
    """An operator, whose webhooks are gone after the test."""
    registrar = Registrar(sending.http)
    yield registrar
    for webhook in registrar.list().json()["webhooks"]:
        registrar.remove(webhook["id"])
