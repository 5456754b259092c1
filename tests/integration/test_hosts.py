"""Several hosts in one URL: whatever is wrong with one, the one that is a primary is found."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tenacity import stop_after_attempt

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.log.stored_events import StoredEvents
from tests.support.postgres import ask
from tests.support.service import free_port
from tests.support.standby import Standby
from tests.support.unanswering import connections, dark, silent


def url_of(first: tuple[str, int], database_url: str) -> str:
    """A host is named first, the test's database behind it."""
    name, port = first
    parts = urlsplit(database_url)
    directory = parts.query.removeprefix("host=")
    query = f"host={name},{directory}&port={port},5432&target_session_attrs=read-write"
    return f"postgresql://postgres:s3cret-word@{parts.path}?{query}"


KINDS = ["refuses", "is dark", "is silent", "is a standby", "has no such database"]


@pytest.fixture(params=KINDS)
def first(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str
) -> Iterator[tuple[str, int]]:
    """A host and a port where there is no primary."""
    with ExitStack() as stack:
        match request.param:
            case "refuses":
                yield "127.0.0.1", free_port()
            case "is dark":
                yield "127.0.0.1", stack.enter_context(dark())
            case "is silent":
                yield "127.0.0.1", stack.enter_context(silent()).getsockname()[1]
            case kind:
                server = Standby(tmp_path)
                stack.callback(server.stop)
                server.start()
                if kind == "is a standby":
                    name = urlsplit(database_url).path[1:]
                    asyncio.run(ask(server.url, f"CREATE DATABASE {name}"))
                    server.demote()
                yield str(server.data), 5432


async def test_a_primary_is_found_behind_a_first_host_that(
    first: tuple[str, int], database_url: str
) -> None:
    database = Database(url_of(first, database_url))
    await database.open()
    assert await StoredEvents(database).head() == 0
    async with database.dedicated() as connection:
        assert not await connection.fetchval("SELECT pg_is_in_recovery()")
    await database.close()


async def test_a_host_that_says_nothing_is_waited_for_once_and_not_for_each_connection(
    database_url: str,
) -> None:
    with silent() as listener:
        database = Database(url_of(listener.getsockname(), database_url))
        await database.open()
        assert connections(listener) == 1
        for _ in range(3):
            async with database.dedicated(), database.acquire(), database.acquire():
                pass
        assert connections(listener) == 0
        await database.close()


async def test_where_no_host_works_each_is_named_with_what_is_wrong_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("persistence.database.connector.STATEMENT_TIMEOUT", 1.0)
    monkeypatch.setattr("persistence.database.hosts.HOST_TIMEOUT", 0.5)
    monkeypatch.setattr(Database._first_connection.retry, "stop", stop_after_attempt(2))
    refusing, missing = free_port(), tmp_path / "nothing"
    with dark() as port:
        database = Database(
            f"postgresql://bob:s3cret-word@127.0.0.1:{port},127.0.0.1:{refusing}/kanal"
        )
        with pytest.raises(Unavailable) as refused:
            await database.open()
        assert f"127.0.0.1:{port}: no answer; " in refused.value.message
        assert f"127.0.0.1:{refusing}: Connect call failed" in refused.value.message
        database = Database(f"postgresql:///kanal?user=bob&host=127.0.0.1,{missing}&port={port}")
        with pytest.raises(Unavailable, match=f"; {missing}:{port}: No such file or directory"):
            await database.open()
    assert "s3cret-word" not in refused.value.message + caplog.text
    assert "bob" not in refused.value.message + caplog.text
