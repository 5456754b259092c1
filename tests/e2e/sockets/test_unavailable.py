"""A socket that could not be authenticated through no fault of its own comes back by itself."""

from collections.abc import Iterator

import pytest

from tests.support import postgres
from tests.support.channels import create_channel
from tests.support.clients import js_client
from tests.support.postgres import StoppableServer
from tests.support.service import running_service
from tests.support.tokens import token


@pytest.fixture
def stoppable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoppableServer]:
    server = StoppableServer(tmp_path_factory.mktemp("stoppable"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def stoppable_url(stoppable: StoppableServer) -> str:
    return postgres.create_database(stoppable.url)


async def test_who_comes_back_while_the_database_is_away_is_not_sent_away_for_good(
    stoppable: StoppableServer, stoppable_url: str
) -> None:
    """What it has missed cannot be counted then."""
    with running_service(stoppable_url, auth_timeout="1", resume_limit="0") as service:
        await create_channel(service.url, "w", "missed")
        stoppable.stop()
        auth = {"token": token("bob", ("w",)), "position": 1}
        options = {"reconnectionDelay": 50, "reconnectionDelayMax": 200}
        async with js_client(service.url, auth=auth, **options) as client:
            assert (await client.event("socket-api-error"))["code"] == "unavailable"
            assert (await client.kind("disconnect")).args == ["transport close"]
            stoppable.start()
            assert (await client.event("auth-success"))["userId"] == "bob"
