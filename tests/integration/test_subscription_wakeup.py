"""Whoever follows the log is woken by what is appended, whenever that is and wherever."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import pytest

from domain.event_log import RecordedEvent, UndecodableEvent
from persistence.log.subscription import Subscription
from persistence.log.wakeup import LOG_CHANNEL, Wakeup
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.events import channel_created, stored_event
from tests.support.node import Node, positions, read_until

LISTENER = "(query LIKE 'LISTEN%' OR query LIKE '-- What a heartbeat asks%')"


@pytest.fixture
def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not woken finds nothing for as long as a test lasts."""
    monkeypatch.setattr("persistence.log.subscription.POLL_INTERVAL", 3600.0)


class Follower:
    """A subscription that says when it has found nothing, and does something just then."""

    def __init__(
        self,
        node: Node,
        wakeup: Wakeup | None = None,
        when_empty: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._node = node
        self._when_empty = when_empty
        self.found_nothing = asyncio.Event()
        self.subscription = Subscription(self._read, wakeup or node.wakeup, after=0)

    async def _read(self, *, after: int, limit: int) -> Sequence[RecordedEvent]:
        page = await self._node.log.read_all(after=after, limit=limit)
        if not page:
            if self._when_empty is not None:
                await self._when_empty()
            self.found_nothing.set()
        return page

    async def read_until(self, position: int) -> list[int]:
        async with asyncio.timeout(PATIENCE):
            return positions(await read_until(self.subscription, position))


async def append(node: Node) -> int:
    return await node.log.append([channel_created()], "demo")


@pytest.mark.usefixtures("no_polling")
async def test_one_who_waits_is_woken_by_an_append_of_any_node(
    node: Node, second_node: Node
) -> None:
    for writer in (node, second_node):
        for reader in (node, second_node):
            head = await node.stored.head()
            follower = Follower(reader)
            reading = asyncio.create_task(follower.read_until(head + 1))
            await eventually(lambda: _has_read(follower, head))  # noqa: B023
            await append(writer)
            assert await reading == list(range(1, head + 2))


@pytest.mark.usefixtures("no_polling")
async def test_what_is_appended_between_the_look_and_the_wait_still_wakes(
    node: Node, second_node: Node
) -> None:
    async def append_and_be_told() -> None:
        told = node.wakeup.next(LOG_CHANNEL)
        await append(second_node)
        await told.wait()

    assert await Follower(node, when_empty=append_and_be_told).read_until(1) == [1]


@pytest.mark.usefixtures("no_polling")
async def test_what_is_appended_while_nobody_listens_is_found_when_somebody_does_again(
    node: Node, second_node: Node, admin: asyncpg.Connection
) -> None:
    follower = Follower(node)
    reading = asyncio.create_task(follower.read_until(2))
    await append(second_node)
    await eventually(lambda: _is_at(follower, 1))
    follower.found_nothing.clear()
    ended = await admin.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND {LISTENER}"
    )
    assert len(ended) == 2  # one for each node
    await append(second_node)
    assert await reading == [1, 2]
    await eventually(node.is_listening)


async def _has_read(follower: Follower, head: int) -> bool:
    return follower.subscription.position == head


async def _is_at(follower: Follower, position: int) -> bool:
    return follower.subscription.position == position and follower.found_nothing.is_set()


@pytest.mark.usefixtures("no_polling")
async def test_a_notification_alone_moves_nobody(node: Node, admin: asyncpg.Connection) -> None:
    """It only wakes: what it says is not believed, and there may be nothing to find."""
    follower = Follower(node)
    reading = asyncio.create_task(follower.read_until(1))
    for payload in ("", "7", "9" * 7_000, "x" * 7_000):
        await follower.found_nothing.wait()
        follower.found_nothing.clear()
        await admin.execute("SELECT pg_notify('kanal_log', $1)", payload)
    await follower.found_nothing.wait()
    assert follower.subscription.position == 0
    await append(node)
    assert await reading == [1]


async def test_one_who_hears_nothing_finds_everything_by_polling(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.log.subscription.POLL_INTERVAL", 0.01)
    deaf = Follower(node, Wakeup(node.database))
    reading = asyncio.create_task(deaf.read_until(3))
    for _ in range(3):
        await deaf.found_nothing.wait()
        deaf.found_nothing.clear()
        await append(node)
    assert await reading == [1, 2, 3]


@pytest.mark.usefixtures("no_polling")
async def test_a_wakeup_that_starts_wakes_those_who_waited_before(
    node: Node, second_node: Node
) -> None:
    late = Wakeup(node.database)
    follower = Follower(node, late)
    reading = asyncio.create_task(follower.read_until(1))
    await follower.found_nothing.wait()
    await append(second_node)
    async with running(late.run()):
        assert await reading == [1]


async def test_one_may_begin_anywhere_even_beyond_the_head(node: Node) -> None:
    for _ in range(3):
        await append(node)
    assert positions(await read_until(node.subscription(after=1), 3)) == [2, 3]
    ahead = asyncio.create_task(read_until(node.subscription(after=4), 5))
    for _ in range(2):
        await append(node)
    async with asyncio.timeout(PATIENCE):
        assert positions(await ahead) == [5]


async def test_an_event_that_cannot_be_read_stops_the_reader_before_it(node: Node) -> None:
    for _ in range(2):
        await append(node)
    await node.queue.append([stored_event()], "demo")
    await append(node)
    for page_size in (1, 2, 500):
        subscription = node.subscription(page_size=page_size)
        with pytest.raises(UndecodableEvent):
            await read_until(subscription, 3)
        assert subscription.position == 2
