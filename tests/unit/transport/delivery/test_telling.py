"""One event to many sessions: others get on in between, and nobody notices that it was not told at
once."""

import asyncio
from collections.abc import Callable

import pytest

from domain.actor import Actor, Role
from domain.channel_repository import ChannelRepository
from projections.emissions.change_reader import ChangeReader
from tests.support.events import channel_created
from tests.support.memory_log import LINEAGE, MemoryLog
from tests.support.one_page import OnePage
from transport.delivery.live_delivery import Delivery
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.delivery.telling import TOLD_AT_ONCE
from transport.socketio.packets import Burst, Message

MANY = 5 * TOLD_AT_ONCE


class Crowd:
    """Many sessions, of which the last is bob's, and who was sent something so far, in order."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.sessions = Sessions(hold_limit=1_000_000)
        self.sent: list[str] = []
        self.fails_at: str | None = None
        changes = ChangeReader(ChannelRepository(self.log))
        self.delivery = Delivery(changes, self.sessions, self._send)
        self.delivery.begin(LINEAGE, 0)
        for number in range(MANY - 1):
            self.listen(f"{number}", f"user-{number}")
        self.bob = self.listen("bob", "bob", "demo", "other")

    def listen(self, name: str, user: str, *workspaces: str) -> Session:
        session = self.sessions.open(name)
        self.authenticate(session, user, *workspaces)
        return session

    def authenticate(self, session: Session, user: str, *workspaces: str) -> None:
        roles = dict.fromkeys(workspaces or ("demo",), Role.USER)
        session.authenticate(Actor(user, roles), self.delivery.position)
        session.go_live()

    def _send(self, eio_sid: str, _: Message | Burst) -> None:
        if eio_sid == self.fails_at:
            raise MemoryError
        self.sent.append(eio_sid)

    async def tell_some(self) -> "asyncio.Task[None]":
        """Let something happen; answers when some have been told of it, and bob has not."""
        await self.log.append([channel_created()], "demo")
        telling = asyncio.create_task(self.delivery.run(OnePage(self.log.events)))
        while not self.sent:
            await asyncio.sleep(0)
        assert "bob" not in self.sent
        return telling


async def test_others_get_on_while_many_are_told_and_each_is_told_once() -> None:
    crowd = Crowd()
    telling, told = await crowd.tell_some(), [TOLD_AT_ONCE]
    while not telling.done():
        assert len(crowd.sent) - told[-1] <= TOLD_AT_ONCE
        told.append(len(crowd.sent))
        await asyncio.sleep(0)
    assert len(set(told)) > 2
    assert sorted(crowd.sent) == sorted(each.eio_sid for each in crowd.sessions)


async def test_whoever_looks_finds_that_all_have_been_told() -> None:
    crowd = Crowd()
    telling = await crowd.tell_some()
    assert crowd.delivery.position == 1
    assert len(crowd.sent) == MANY
    await telling
    assert len(crowd.sent) == MANY


@pytest.mark.parametrize(
    "change",
    [
        lambda crowd: crowd.bob.expire(End.EXPIRED),
        lambda crowd: crowd.sessions.close("bob"),
        lambda crowd: crowd.bob.narrow(Actor("bob", {"other": Role.USER})),
        lambda crowd: crowd.authenticate(crowd.bob, "carol"),
        lambda crowd: crowd.bob.told,
        lambda crowd: crowd.delivery.pause(),
    ],
    ids=["expires", "closes", "is narrowed", "is another's", "is described", "another epoch"],
)
async def test_who_is_told_no_more_was_told_before_that(change: Callable[[Crowd], object]) -> None:
    crowd = Crowd()
    telling = await crowd.tell_some()
    change(crowd)
    assert crowd.sent.count("bob") == 1
    await telling
    assert crowd.sent.count("bob") == 1


async def test_what_is_being_told_is_held_back_before_a_session_goes_live() -> None:
    crowd = Crowd()
    crowd.bob.expire(End.EXPIRED)
    crowd.bob.authenticate(Actor("bob", {"demo": Role.USER}), 0)
    crowd.bob.hold()
    telling = await crowd.tell_some()
    assert not crowd.bob.fall_behind()
    assert [each.emission.position for each in crowd.bob.go_live()] == [1]
    await telling
    assert "bob" not in crowd.sent


async def test_who_expires_while_it_holds_back_is_told_nothing_out_of_turn() -> None:
    crowd = Crowd()
    crowd.bob.expire(End.EXPIRED)
    crowd.bob.authenticate(Actor("bob", {"demo": Role.USER}), 0)
    crowd.bob.hold()
    telling = await crowd.tell_some()
    crowd.bob.expire(End.EXPIRED)
    assert crowd.bob.told.upto == 0
    await telling
    assert "bob" not in crowd.sent


async def test_who_comes_meanwhile_is_told_by_its_catch_up_alone() -> None:
    crowd = Crowd()
    telling = await crowd.tell_some()
    session = crowd.listen("late", "late")
    assert session.position == 1
    await telling
    assert "late" not in crowd.sent


async def test_where_somebody_cannot_be_told_the_delivery_ends_and_tells_nothing_later() -> None:
    """Whoever asked for the rest to be told has nothing to do with it."""
    crowd = Crowd()
    telling = await crowd.tell_some()
    crowd.fails_at = "bob"
    assert crowd.bob.told.upto == 0
    assert crowd.delivery.position == 0, "nobody is taken for told"
    told = len(crowd.sent)
    crowd.fails_at = None
    with pytest.raises(MemoryError):
        await telling
    crowd.sessions.close("bob")
    assert crowd.delivery.position == 0
    await crowd.log.append([channel_created()], "demo")
    with pytest.raises(MemoryError):
        await crowd.delivery.run(OnePage(crowd.log.events[1:]))
    assert len(crowd.sent) == told


async def test_what_is_left_is_told_to_nobody_once_another_epoch_is_followed() -> None:
    crowd = Crowd()
    telling = await crowd.tell_some()
    crowd.delivery.begin(LINEAGE, 0)
    told = len(crowd.sent)
    await telling
    assert len(crowd.sent) == told
