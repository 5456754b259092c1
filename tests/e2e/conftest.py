"""Fixtures of the tests over HTTP: a client of the service, a workspace, and who uses it."""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

import httpx
import pytest

from tests.support.http import User, created, http_client
from tests.support.service import RunningService


@pytest.fixture(scope="session")
def http(service: RunningService) -> Iterator[httpx.Client]:
    with http_client(service.url) as client:
        yield client


@pytest.fixture
def workspace() -> str:
    """A workspace of the test's own."""
    return f"workspace-{uuid4()}"


@pytest.fixture
def member(http: httpx.Client, workspace: str) -> Callable[..., User]:
    """Makes users of the workspace: by name, and role where it is not `user`."""
    return partial(User, http, workspace)


@pytest.fixture
def alice(member: Callable[..., User]) -> User:
    return member("alice")


@pytest.fixture
def the_service_stays_well(service: RunningService, alice: User) -> Iterator[None]:
    """After the test, whatever it has sent, the service answers as before and complains of nothing
    in itself."""
    yield
    created(alice.create("after"))
    for trouble in ("Traceback", "ERROR"):
        assert trouble not in service.output
