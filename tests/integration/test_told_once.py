"""The followers of a node ask Postgres no more than they must, however they hear of an event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.log.logged_event import LoggedEvent
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.events import channel_created
from tests.support.node import Node

FOLLOWERS = 3


class Followers:
    """So many followers of a node, and the pages that they have asked Postgres for and have."""

    def __init__(self, node: Node) -> None:
        self.asked = 0
        self._node = node
        self._reached = [0] * FOLLOWERS
        self._select_page = node.stored.select_page

    async def select_page(self, *, after: int, limit: int) -> list[LoggedEvent]:
        page = await self._select_page(after=after, limit=limit)
        self.asked += 1
        return page

    async def follow(self, number: int) -> None:
        async for page in self._node.subscription().pages():
            self._reached[number] = page[-1].position

    async def have_asked(self, times: int) -> None:
        async def is_so() -> bool:
            return self.asked >= times

        await eventually(is_so)

    async def are_at(self, position: int) -> None:
        async def is_so() -> bool:
            return self._reached == [position] * FOLLOWERS

        await eventually(is_so)


@asynccontextmanager
async def _following(node: Node, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Followers]:
    followers = Followers(node)
    monkeypatch.setattr(node.stored, "select_page", followers.select_page)
    monkeypatch.setattr("persistence.log.subscription.POLL_INTERVAL", 3600.0)
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        following = [tasks.create_task(followers.follow(number)) for number in range(FOLLOWERS)]
        await followers.have_asked(FOLLOWERS)
        followers.asked = 0
        yield followers
        for each in following:
            each.cancel()


@pytest.fixture
async def followers(node: Node, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Followers]:
    async with _following(node, monkeypatch) as followers:
        yield followers


async def test_what_the_node_appends_itself_is_not_asked_for(
    node: Node, followers: Followers, admin: asyncpg.Connection
) -> None:
    for number in range(1, 31):
        await node.log.append([channel_created()], "demo")
        await followers.are_at(number)
    assert followers.asked == 0
    # Behind the notifications of all of them comes one that says nothing: each looks once.
    await admin.execute("SELECT pg_notify('kanal_log', '')")
    await followers.have_asked(FOLLOWERS)
    assert followers.asked == FOLLOWERS


async def test_what_another_node_appends_is_asked_for_once(
    second_node: Node, followers: Followers
) -> None:
    for number in range(1, 31):
        await second_node.log.append([channel_created()], "demo")
        await followers.are_at(number)
        assert followers.asked == number


async def test_what_a_notification_promises_and_is_not_there_is_looked_for_once(
    node: Node, followers: Followers, admin: asyncpg.Connection
) -> None:
    await admin.execute("SELECT pg_notify('kanal_log', '999')")
    await followers.have_asked(FOLLOWERS)
    await node.log.append([channel_created()], "demo")
    await followers.have_asked(2 * FOLLOWERS)  # it may have been one of more
    await followers.are_at(1)
    await admin.execute("SELECT pg_notify('kanal_log', '')")
    await followers.have_asked(3 * FOLLOWERS)
    assert followers.asked == 3 * FOLLOWERS


async def test_after_an_append_without_an_answer_each_looks_whether_it_is_there(
    node: Node, followers: Followers, admin: asyncpg.Connection
) -> None:
    """The notification of it may have come before, and was taken for one that is followed by the
    answer."""
    await admin.execute("ALTER TABLE stored_events ADD CHECK (topic <> 'channel.created')")
    with pytest.raises(Unavailable):
        await node.log.append([channel_created()], "demo")
    await followers.have_asked(FOLLOWERS)
