"""Clocks that differ: tokens from a machine that is ahead, and when access ends everywhere."""

import re
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from tests.support import postgres
from tests.support.clients import PyClient, py_client
from tests.support.http import bearer, check_problem, http_client
from tests.support.returning import expiring
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

LEEWAY = 10
"""Seconds; what KANAL_JWT_LEEWAY is where it is not set."""

CHANNELS = "/workspaces/demo/channels"


@pytest.fixture(scope="module")
def service(postgres_url: str) -> Iterator[RunningService]:
    """A service with its own leeway, which those of other tests do without."""
    with running_service(postgres.create_database(postgres_url), jwt_leeway="") as running:
        yield running


@pytest.fixture(scope="module")
def http(service: RunningService) -> Iterator[httpx.Client]:
    with http_client(service.url) as client:
        yield client


def test_a_token_of_a_machine_whose_clock_is_ahead_is_let_in(http: httpx.Client) -> None:
    ahead = time.time() + 3
    assert http.get(CHANNELS, headers=bearer(token(iat=ahead, nbf=ahead))).status_code == 200


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_one_whose_clock_is_far_off_is_told_which_claim_and_by_how_much(
    http: httpx.Client, claim: str
) -> None:
    far_off: dict[str, Any] = {claim: time.time() + 3600}
    refused = http.get(CHANNELS, headers=bearer(token(**far_off)))
    detail = check_problem(refused, 401, "token_invalid")
    assert re.search(rf"the claim '{claim}' is 3[56]\d\d seconds ahead of this service's", detail)


async def test_access_ends_everywhere_when_the_leeway_does(
    service: RunningService, http: httpx.Client
) -> None:
    """A socket that is told of the expiry is not let in by the same token again."""
    given: list[str] = []

    def connect(ttl: float) -> AbstractAsyncContextManager[PyClient]:
        given.append(token("bob", ttl=ttl - LEEWAY))
        return py_client(service.url, auth={"token": given[-1]})

    async with expiring(connect) as client:
        assert (await client.event("socket-api-error"))["code"] == "token_expired"
    check_problem(http.get(CHANNELS, headers=bearer(given[-1])), 401, "token_expired")
    async with py_client(service.url, auth={"token": given[-1]}) as client:
        assert (await client.event("socket-api-error"))["code"] == "token_expired"
        assert client.events("auth-success") == []
