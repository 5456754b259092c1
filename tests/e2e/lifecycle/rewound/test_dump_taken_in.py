"""A dump is taken in elsewhere, or over what there is: from then on it is a log of its own."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.lifecycle.rewound.story import story
from tests.support.command_line import kanal
from tests.support.postgres import StoppableServer, create_database
from tests.support.postgres_programs import dump, take_in
from tests.support.service import running_service


def export(url: str, file: Path) -> None:
    exported = kanal("export", str(file), database_url=url)
    assert exported.returncode == 0, exported.stderr


def import_(file: Path, url: str) -> None:
    imported = kanal("import", str(file), database_url=url)
    assert imported.returncode == 0, imported.stderr


@pytest.fixture
def url(server: StoppableServer) -> str:
    """The database that is copied."""
    return create_database(server.url)


CASES = {
    "a dump, another database": (dump, take_in, False),
    "a dump, another server": (dump, take_in, True),
    "an export, another server": (export, import_, True),
}


@pytest.mark.parametrize(("copy", "take_copy_in", "is_other_server"), CASES.values(), ids=CASES)
async def test_whoever_has_seen_more_of_the_first_log_is_told(
    url: str,
    server: StoppableServer,
    postgres_url: str,
    directory: Path,
    port: str,
    copy: Callable[[str, Path], None],
    take_copy_in: Callable[[Path, str], None],
    is_other_server: bool,
) -> None:
    """The first one has gone on after it was copied."""
    server_url = postgres_url if is_other_server else server.url
    other_url = await asyncio.to_thread(create_database, server_url)
    async with AsyncExitStack() as stack:
        with running_service(url, port=port) as service:
            told = await stack.enter_async_context(story(service.url))
            await asyncio.to_thread(copy, url, directory / "copy")
            await told.go_on()
            await told.leave()
        await asyncio.to_thread(take_copy_in, directory / "copy", other_url)
        with running_service(other_url, port=port):
            await told.go_another_way()
            await told.ends_well()


async def test_a_dump_that_holds_everything_costs_nobody_anything(
    url: str, postgres_url: str, directory: Path, port: str
) -> None:
    other_url = await asyncio.to_thread(create_database, postgres_url)
    async with AsyncExitStack() as stack:
        with running_service(url, port=port) as service:
            told = await stack.enter_async_context(story(service.url))
            await told.go_on()
        await asyncio.to_thread(dump, url, directory / "dump")
        await asyncio.to_thread(take_in, directory / "dump", other_url)
        with running_service(other_url, port=port):
            await told.ends_as_if_nothing_was()


async def test_a_dump_that_replaces_the_log_under_a_service_is_told(
    url: str, directory: Path, port: str
) -> None:
    """No connection ends, and it is the same database, server and timeline."""
    with running_service(url, port=port) as service:
        async with story(service.url) as told:
            await asyncio.to_thread(dump, url, directory / "dump")
            await told.go_on()
            await asyncio.to_thread(take_in, directory / "dump", url, "--clean", "--if-exists")
            await told.go_another_way()
            await told.ends_well()
