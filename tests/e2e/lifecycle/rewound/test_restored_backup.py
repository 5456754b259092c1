"""A base backup takes the place of the database: what came after it never was, and that is told."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.e2e.lifecycle.rewound.story import story
from tests.support.postgres import StoppableServer, ask, create_database
from tests.support.postgres_programs import base_backup, recover_to, restore
from tests.support.service import running_service

RESTORE_POINT = "the_past"


def put_back(server: StoppableServer, backup: Path) -> None:
    """As it was when it was made: on the same timeline, with the same identifier of the system."""
    restore(server, backup)
    server.start()


def recover_up_to_the_past(server: StoppableServer, backup: Path) -> None:
    """With what the archive has of the WAL since then, up to a point: point-in-time recovery."""
    recover_to(server, backup, RESTORE_POINT)


WAYS = {"base backup": put_back, "point in time": recover_up_to_the_past}


@pytest.mark.parametrize("restored", WAYS.values(), ids=WAYS)
async def test_a_service_that_is_up_sends_its_clients_away_to_be_told(
    server: StoppableServer,
    directory: Path,
    port: str,
    restored: Callable[[StoppableServer, Path], None],
) -> None:
    url, backup = await asyncio.to_thread(create_database, server.url), directory / "backup"
    with running_service(url, port=port) as service:
        async with story(service.url) as told:
            await asyncio.to_thread(base_backup, server.url, backup)
            await ask(url, f"SELECT pg_create_restore_point('{RESTORE_POINT}')")
            await told.go_on()
            await asyncio.to_thread(server.lose)
            await asyncio.to_thread(restored, server, backup)
            await told.go_another_way()
            await told.ends_well()


@pytest.mark.parametrize("restored", WAYS.values(), ids=WAYS)
async def test_a_service_that_was_down_tells_its_clients_when_they_come_back(
    server: StoppableServer,
    directory: Path,
    port: str,
    restored: Callable[[StoppableServer, Path], None],
) -> None:
    url, backup = await asyncio.to_thread(create_database, server.url), directory / "backup"
    async with AsyncExitStack() as stack:
        with running_service(url, port=port) as service:
            told = await stack.enter_async_context(story(service.url))
            await asyncio.to_thread(base_backup, server.url, backup)
            await ask(url, f"SELECT pg_create_restore_point('{RESTORE_POINT}')")
            await told.go_on()
            await told.leave()
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(restored, server, backup)
        with running_service(url, port=port):
            await told.go_another_way()
            await told.ends_well()
