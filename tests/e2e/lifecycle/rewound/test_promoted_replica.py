"""A replica without the end of the log is promoted: whoever saw that end is told, nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

from tests.e2e.lifecycle.rewound.story import story
from tests.faults.proxy import Proxy, Stream
from tests.support.background import eventually
from tests.support.metrics import value
from tests.support.postgres import create_database, socket_path, through_port
from tests.support.replica import ReplicatedPostgres
from tests.support.service import RunningService, running_service

SAID = "the log was rewound: positions 7 to 12 are gone"


async def database(pair: ReplicatedPostgres) -> str:
    """A database of both servers; answers the URL that leads to the primary, whichever it is."""
    made = await asyncio.to_thread(create_database, pair.primary.url)
    await pair.catch_up()
    return pair.url(made)


@asynccontextmanager
async def service_beside(url: str) -> AsyncIterator[RunningService]:
    """A service that starts while the test's own loop runs, and a proxy with it."""
    running = running_service(url)
    service = await asyncio.to_thread(running.__enter__)
    try:
        yield service
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


async def test_a_service_that_is_up_sends_its_clients_away_to_be_told(
    pair: ReplicatedPostgres, port: str
) -> None:
    with running_service(await database(pair), port=port) as service:
        async with story(service.url) as told:
            await pair.catch_up()
            await pair.fall_behind()
            await told.go_on()
            await pair.fail_over()
            await told.go_another_way()
            await told.ends_well()
        assert service.output.count(SAID) == 1


async def test_a_service_that_was_down_tells_its_clients_when_they_come_back(
    pair: ReplicatedPostgres, port: str
) -> None:
    url = await database(pair)
    async with AsyncExitStack() as stack:
        with running_service(url, port=port) as service:
            told = await stack.enter_async_context(story(service.url))
            await pair.catch_up()
            await pair.fall_behind()
            await told.go_on()
            await told.leave()
        await pair.fail_over()
        with running_service(url, port=port):
            await told.go_another_way()
            await told.ends_well()


async def test_a_node_that_comes_back_to_the_log_later_than_another_tells_its_own(
    pair: ReplicatedPostgres,
) -> None:
    """Meanwhile the positions that it has seen were given out again."""
    url = await database(pair)

    async def dial() -> Stream:
        return await asyncio.open_unix_connection(socket_path(pair.primary.url))

    async def has_read_what_will_be_lost() -> bool:
        """Nobody listens there: it may be in no hurry."""
        return await value(node.url, "kanal_position") == 12

    async with Proxy(dial) as link, AsyncExitStack() as stack:
        node = stack.enter_context(running_service(url))
        late_node = await stack.enter_async_context(service_beside(through_port(url, link.port)))
        async with story(late_node.url) as told:
            await pair.catch_up()
            await pair.fall_behind()
            await told.go_on()
            await eventually(has_read_what_will_be_lost)
            await link.cut()
            await pair.fail_over()
            await told.go_another_way(node.url)
            link.heal()
            await told.ends_well()
        assert [each.output.count(SAID) for each in (node, late_node)] == [1, 1]


async def test_an_old_primary_that_runs_again_is_not_followed(
    pair: ReplicatedPostgres, port: str
) -> None:
    """It can be written to, and is all there is for a while."""
    with running_service(await database(pair), port=port) as service:

        async def has_refused() -> bool:
            return "it is an old primary" in service.output

        async with story(service.url) as told:
            await pair.catch_up()
            await pair.fall_behind()
            await told.go_on()
            await pair.fail_over()
            await told.go_another_way()
            await told.ends_well()
            old_primary = pair.replica
            await asyncio.to_thread(old_primary.start)
            await asyncio.to_thread(pair.primary.stop)
            await eventually(has_refused)
            await asyncio.to_thread(pair.primary.start)
            await told.go_on(["after"])
            await asyncio.to_thread(old_primary.stop)
            assert all(each.resumed == [False] for each in told.ahead)
        assert service.output.count(SAID) == 1


async def test_a_promotion_that_loses_nothing_costs_nobody_anything(
    pair: ReplicatedPostgres, port: str
) -> None:
    with running_service(await database(pair), port=port) as service:
        async with story(service.url) as told:
            await told.go_on()
            await pair.catch_up()
            await pair.fail_over()
            await told.ends_as_if_nothing_was()
            assert "CRITICAL" not in service.output


async def test_a_primary_that_falls_silent_is_left_for_the_replica_that_was_promoted(
    pair: ReplicatedPostgres,
) -> None:
    """Its machine is gone, or the network: unlike a crash, nothing tells of that."""
    path = urlsplit(await database(pair)).path

    async def dial() -> Stream:
        return await asyncio.open_unix_connection(socket_path(primary.url))

    primary = pair.primary
    async with Proxy(dial) as link:
        query = f"host=127.0.0.1,{pair.replica.data}&port={link.port},5432&sslmode=disable"
        url = f"postgresql://postgres@{path}?{query}&target_session_attrs=read-write"
        async with service_beside(url) as service, story(service.url) as told:
            await told.go_on()
            await pair.catch_up()
            link.stall()
            await pair.promote()
            await told.ends_as_if_nothing_was()
            assert "CRITICAL" not in service.output
