"""A restart rewinds nothing, and nobody is told that it did."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.e2e.lifecycle.rewound.story import story
from tests.support.postgres import StoppableServer, create_database
from tests.support.service import running_service


@pytest.fixture
def url(server: StoppableServer) -> str:
    return create_database(server.url)


async def test_a_restart_of_postgres_is_not_noticed_by_clients(
    server: StoppableServer, url: str, port: str
) -> None:
    with running_service(url, port=port) as service:
        async with story(service.url) as told:
            await told.go_on()
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            await told.ends_as_if_nothing_was()
            assert told.is_unnoticed
        assert service.troubles == ""


async def test_a_crash_of_postgres_costs_nobody_anything(
    server: StoppableServer, url: str, port: str
) -> None:
    with running_service(url, port=port) as service:
        async with story(service.url) as told:
            await told.go_on()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            await told.ends_as_if_nothing_was()
        assert service.troubles == ""


async def test_a_restart_of_everything_costs_nobody_anything(
    server: StoppableServer, url: str, port: str
) -> None:
    async with AsyncExitStack() as stack:
        with running_service(url, port=port) as service:
            told = await stack.enter_async_context(story(service.url))
            await told.go_on()
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        with running_service(url, port=port):
            await told.ends_as_if_nothing_was()
