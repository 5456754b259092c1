"""What concerns nobody on a node is neither woken for nor read, and nobody who comes misses it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from functools import partial

import pytest

from domain.access import AccessCommands
from domain.actor import OPERATE, Actor, Cause, Role
from persistence.log import wakeup
from persistence.log.concern import Passed
from persistence.log.concerned_reading import ConcernedReading
from persistence.log.lazy_event import LazyEvent
from persistence.log.subscription import Subscription
from persistence.log.wakeup import CONCERNING
from tests.support.background import eventually, running
from tests.support.events import channel_created, stored_event
from tests.support.node import Node
from transport.delivery.listeners import Listeners
from transport.delivery.session import Session


class Concerned:
    """A follower of a node, and what it was given: positions, or the first and last of those that
    were passed over."""

    def __init__(self, node: Node) -> None:
        self.listeners = Listeners()
        self.given: list[int | tuple[int, int]] = []
        self.has_looked = asyncio.Event()
        self._node = node
        node.wakeup.concerns = self.listeners.hears
        self.listeners.has_joined = partial(node.wakeup.wake, CONCERNING)
        self.reading = ConcernedReading(
            node.database, node.log, node.epochs, node.wakeup, self.listeners
        )
        self.subscription = Subscription(self._read, node.wakeup, after=0, channel=CONCERNING)

    async def _read(self, *, after: int, limit: int) -> Sequence[LazyEvent | Passed]:
        page = await self.reading.read(after=after, limit=limit)
        self.has_looked.set()
        return page

    def join(self, workspace_id: str) -> None:
        session = Session(workspace_id, self.listeners, 0)
        self.listeners.add(session, Actor("bob", {workspace_id: Role.USER}))

    async def run(self) -> None:
        async with aclosing(self.subscription.pages()) as pages:  # type: ignore[type-var]
            async for page in pages:
                self.given += [_place(each) for each in page]

    async def is_at(self, position: int) -> None:
        async def is_there() -> bool:
            return self.subscription.position == position

        await eventually(is_there)


def _place(each: LazyEvent | Passed) -> int | tuple[int, int]:
    return (each.first, each.position) if isinstance(each, Passed) else each.position


async def append(node: Node, workspace_id: str) -> None:
    """Two events."""
    for _ in range(2):
        await node.log.append([channel_created()], workspace_id)


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """No heartbeat comes while a test lasts."""
    monkeypatch.setattr(wakeup, "HEARTBEAT_INTERVAL", 3600.0)


@pytest.fixture
async def concerned(node: Node, second_node: Node) -> AsyncIterator[Concerned]:
    """Of the second node, which has looked at the log; the first one appends."""
    follower = Concerned(second_node)
    follower.join("demo")
    async with running(follower.run()):
        await follower.has_looked.wait()
        yield follower


async def heard(node: Node, position: int) -> None:
    async def is_known() -> bool:
        return node.wakeup.head >= position

    await eventually(is_known)


@pytest.mark.usefixtures("seldom")
async def test_only_what_concerns_it_wakes_it(
    node: Node, second_node: Node, concerned: Concerned
) -> None:
    for _ in range(3):
        await append(node, "elsewhere")
    await heard(second_node, 6)
    assert concerned.given == []
    await append(node, "demo")
    await concerned.is_at(8)
    assert concerned.given == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_the_rest_is_passed_over_as_one_and_not_decoded(
    node: Node, concerned: Concerned
) -> None:
    await append(node, "elsewhere")
    await node.queue.append([stored_event()], "elsewhere")
    await concerned.is_at(3)
    assert all(isinstance(each, tuple) for each in concerned.given)


@pytest.mark.usefixtures("seldom")
async def test_access_that_is_taken_back_concerns_all(node: Node, concerned: Concerned) -> None:
    await append(node, "elsewhere")
    olga = Cause(Actor("olga", {}, frozenset({OPERATE})), "a request")
    await AccessCommands(node.log).revoke_access(olga, "bob", "elsewhere")
    await concerned.is_at(3)
    assert concerned.given == [1, 2, 3]


@pytest.mark.usefixtures("seldom")
async def test_who_joins_a_workspace_is_given_what_was_left(
    node: Node, second_node: Node, concerned: Concerned
) -> None:
    await append(node, "elsewhere")
    await heard(second_node, 2)
    assert concerned.given == []
    concerned.join("elsewhere")
    await concerned.is_at(2)
    assert concerned.given == [1, 2]


async def test_what_was_passed_over_while_somebody_joined_is_read_anew(
    node: Node, second_node: Node
) -> None:
    """Between the look and the delivery."""
    concerned = Concerned(second_node)
    await append(node, "elsewhere")
    await heard(second_node, 2)
    (passed,) = await concerned.reading.read(after=0, limit=10)
    assert isinstance(passed, Passed)
    assert passed.joined == concerned.listeners.joined
    concerned.join("elsewhere")
    assert passed.joined != concerned.listeners.joined
    read = await concerned.reading.read(after=0, limit=10)
    assert [_place(each) for each in read] == [1, 2]


async def test_a_notification_that_says_too_little_costs_a_heartbeat_and_no_event(
    node: Node, concerned: Concerned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.log.append_queue.said_of", lambda _: " 0")
    await append(node, "demo")
    await concerned.is_at(2)
    assert concerned.given == [1, 2]
