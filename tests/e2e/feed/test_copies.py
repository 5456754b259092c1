"""The feed of several nodes, and of one with a replica: nobody is told less than there is, wherever
they go on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.feed import feed_page, read_feed, reading_all
from tests.support.feed_stream import curl_stream
from tests.support.postgres import ask, create_database
from tests.support.replica import ReplicatedPostgres, replicated_postgres
from tests.support.service import running_service
from tests.support.tokens import token


@pytest.fixture
async def pair() -> AsyncIterator[ReplicatedPostgres]:
    async with replicated_postgres() as pair:
        yield pair


async def test_where_the_replica_is_behind_a_page_is_old_and_what_follows_is_not_missed(
    pair: ReplicatedPostgres,
) -> None:
    primary = await asyncio.to_thread(create_database, pair.primary.url)
    with running_service(primary):
        pass
    await pair.catch_up()
    replica = urlsplit(pair.replica.url)._replace(path=urlsplit(primary).path).geturl()
    with running_service(primary, database_replica_url=replica) as service:
        seen = await create_channel(service.url, "demo", "seen")
        await pair.catch_up()
        await ask(pair.replica.url, "SELECT pg_wal_replay_pause()::text")
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        await eventually(lambda: ask(pair.replica.url, paused))
        missed = await create_channel(service.url, "demo", "missed")
        for access in (reading_all(), token("bob", ("demo",))):

            async def old_page(access: str = access) -> Any:
                page = (await feed_page(service.url, access)).json()
                # The primary answers while the replica is slow to.
                return page if page["position"] < missed["position"] else None

            old = await eventually(old_page)
            assert [each["subject"] for each in old["events"]] == [seen["id"]]
            assert seen["position"] <= old["position"]
            beyond = await feed_page(service.url, access, after=missed["position"])
            assert (beyond.status_code, beyond.json()["events"]) == (200, [])
            async with curl_stream(service.url, access) as stream:
                told = [each["subject"] for each in await stream.count(2)]
                assert told == [seen["id"], missed["id"]]
        await ask(pair.replica.url, "SELECT pg_wal_replay_resume()::text")
        await pair.catch_up()
        events = await read_feed(service.url, reading_all(), after=old["position"])
        assert [each["subject"] for each in events] == [missed["id"]]


async def test_a_reader_goes_on_at_another_node_and_has_each_event_once(
    database_url: str, workspace: str
) -> None:
    access = token("bob", (workspace,))
    with running_service(database_url) as one, running_service(database_url) as other:
        told, created, last_id = [], [], ""
        for number, (node, beside) in enumerate([(one, other), (other, one)] * 2):
            async with curl_stream(node.url, access, last_id=last_id) as stream:
                await stream.until(lambda: stream.comments)
                for at in (node, beside):
                    channel = await create_channel(at.url, workspace, f"{number} {at.url}")
                    created.append(channel["id"])
                told += await stream.count(2)
                last_id = stream.last_id
            created.append((await create_channel(beside.url, workspace, f"{number}"))["id"])
            async with curl_stream(beside.url, access, last_id=last_id) as stream:
                told += await stream.count(1)
                last_id = stream.last_id
        assert [each["subject"] for each in told] == created
        for node in (one, other):
            assert await read_feed(node.url, access) == told


async def test_a_node_that_is_behind_answers_for_a_position_that_it_has_not_seen(
    database_url: str, workspace: str
) -> None:
    """Right after the commit at another node, which it has not heard of yet."""
    access = token("bob", (workspace,))
    with running_service(database_url) as one, running_service(database_url) as other:
        for number in range(10):
            channel = await create_channel(one.url, workspace, str(number))
            page = await feed_page(other.url, access, after=channel["position"])
            assert (page.status_code, page.json()["events"]) == (200, [])
            page = await feed_page(other.url, access, after=channel["position"] - 1)
            assert [each["subject"] for each in page.json()["events"]] == [channel["id"]]
