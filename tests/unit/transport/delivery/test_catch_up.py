"""The catch-up: all that was missed, in order and once, then what is live, whatever happens
meanwhile."""

import asyncio
from random import Random

import pytest

from domain.actor import Actor, Cause, Role
from domain.channel_fields import ChannelPatch
from domain.event_log import RecordedEvent, UndecodableEvent
from tests.support.catching_up import Resuming
from tests.support.creation import ALICE, BOB
from tests.support.memory_log import MemoryLog
from transport.delivery.claims import Told
from transport.delivery.past_sessions import End
from transport.delivery.session_state import State

ALICE_ASKS = Cause(ALICE, "a request")

PAGE_SIZE = 8


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("catch_up", "replay_pages"):
        monkeypatch.setattr(f"transport.delivery.{module}.PAGE_SIZE", PAGE_SIZE)


@pytest.fixture
def resuming() -> Resuming:
    return Resuming()


def created(resuming: Resuming, *, after: int = 0) -> list[tuple[str, int]]:
    """What is to be heard of the channels that were created beyond a position."""
    return [
        ("channel-created", recorded.position)
        for recorded in resuming.log.events[after:]
        if getattr(type(recorded.event), "TOPIC", "") == "channel.created"
    ]


async def test_who_has_missed_nothing_is_live_at_once(resuming: Resuming) -> None:
    await resuming.create("before")
    await resuming.deliver()
    session = resuming.session(after=resuming.delivery.position)
    await resuming.bring_live(session)
    assert session.state is State.LIVE
    assert resuming.wires.sent == {}


@pytest.mark.parametrize("after", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
async def test_all_beyond_the_position_is_told_and_nothing_before_it(
    resuming: Resuming, after: int
) -> None:
    for number in range(2 * PAGE_SIZE):
        await resuming.create(f"{number}")
    await resuming.deliver()
    session = resuming.session(after=after)
    await resuming.bring_live(session)
    assert resuming.wires.sent["a"] == created(resuming, after=after)
    assert (session.state, session.position) == (State.LIVE, len(resuming.log.events))


@pytest.mark.parametrize("hold_limit", [0, 700, 1_000_000])
@pytest.mark.parametrize("seed", range(10))
async def test_whatever_happens_meanwhile_is_told_once_and_in_order(
    hold_limit: int, seed: int
) -> None:
    """With a hold limit of 0 a session falls behind again with every live event."""
    resuming, random, left = Resuming(hold_limit=hold_limit), Random(seed), 30
    for number in range(PAGE_SIZE):
        await resuming.create(f"before {number}")
    await resuming.deliver()

    async def happen() -> None:
        nonlocal left
        for _ in range(random.randint(0, min(3, left))):
            await resuming.create(f"meanwhile {left}")
            left -= 1
        if random.random() < 0.7:
            await resuming.deliver()

    resuming.wires.before_low = happen
    session = resuming.session()
    async with asyncio.timeout(20):
        await resuming.bring_live(session)
    await resuming.create("at last")
    await resuming.deliver()
    assert resuming.wires.sent["a"] == created(resuming)


async def test_it_comes_to_an_end_though_something_happens_all_the_time(
    resuming: Resuming,
) -> None:
    await resuming.create("before")
    await resuming.deliver()
    times = 0

    async def happen() -> None:
        nonlocal times
        times += 1
        assert times < 10
        await resuming.create(f"meanwhile {times}")
        await resuming.deliver()

    resuming.wires.before_low = happen
    session = resuming.session()
    await resuming.bring_live(session)
    assert session.state is State.LIVE
    assert resuming.wires.sent["a"] == created(resuming)


async def test_it_goes_at_the_pace_of_its_connection(resuming: Resuming) -> None:
    for number in range(3 * PAGE_SIZE):
        await resuming.create(f"{number}")
    await resuming.deliver()
    below_the_mark = asyncio.Event()

    async def wait() -> None:
        await below_the_mark.wait()

    resuming.wires.before_low = wait
    session = resuming.session()
    session.run_catch_up(resuming.catch_up.run(session))
    for _ in range(100):
        await asyncio.sleep(0)
    assert resuming.wires.sent == {}
    assert session.state is State.CATCHING_UP
    below_the_mark.set()
    while session.state is not State.LIVE:
        await asyncio.sleep(0)
    assert resuming.wires.sent["a"] == created(resuming)


async def test_a_position_that_this_node_has_not_come_to_is_waited_for(resuming: Resuming) -> None:
    for number in range(3):
        await resuming.create(f"{number}")
    session = resuming.session(after=len(resuming.log.events))
    session.run_catch_up(resuming.catch_up.run(session))
    for _ in range(10):
        await asyncio.sleep(0)
    assert session.state is State.CATCHING_UP
    await resuming.deliver()
    while session.state is not State.LIVE:
        await asyncio.sleep(0)
    assert resuming.wires.sent == {}


async def test_a_session_that_expires_meanwhile_is_told_no_more(resuming: Resuming) -> None:
    for number in range(3 * PAGE_SIZE):
        await resuming.create(f"{number}")
    await resuming.deliver()
    session = resuming.session()

    async def expire_soon() -> None:
        if resuming.wires.sent:
            session.expire(End.EXPIRED)

    resuming.wires.before_low = expire_soon
    session.run_catch_up(resuming.catch_up.run(session))
    while session.state is not State.EXPIRED:
        await asyncio.sleep(0)
    heard = list(resuming.wires.sent["a"])
    for _ in range(10):
        await asyncio.sleep(0)
    assert resuming.wires.sent["a"] == heard == created(resuming)[: len(heard)]
    assert session.position == PAGE_SIZE, "which is where it goes on"


async def test_it_is_told_of_what_its_user_may_see_now(resuming: Resuming) -> None:
    hidden = await resuming.create("becomes private")
    await resuming.create("public")
    await resuming.commands.update_channel(ALICE_ASKS, hidden, ChannelPatch(is_private=True))
    await resuming.deliver()
    session = resuming.session(BOB)
    await resuming.bring_live(session)
    assert [event for event, _ in resuming.wires.sent["a"]] == ["channel-created"]


async def test_who_can_have_seen_a_channel_is_told_that_it_is_gone(resuming: Resuming) -> None:
    hidden = await resuming.create("becomes private")
    seen = len(resuming.log.events)
    await resuming.commands.update_channel(ALICE_ASKS, hidden, ChannelPatch(is_private=True))
    await resuming.deliver()
    session = resuming.session(BOB, after=seen)
    await resuming.bring_live(session)
    assert [event for event, _ in resuming.wires.sent["a"]] == ["channel-deleted"]


async def test_what_the_connection_was_told_before_is_left_out(resuming: Resuming) -> None:
    """A fresh token with one workspace more: what is new is the other workspace's past."""
    for number in range(3):
        await resuming.create(f"{number}")
        await resuming.create(f"{number}", workspace="other")
    await resuming.deliver()
    end = len(resuming.log.events)
    actor = Actor("alice", {"demo": Role.USER, "other": Role.USER})
    session = resuming.session(actor)
    await resuming.bring_live(session, Told("alice", {"demo": 0}, end))
    heard = [position for _, position in resuming.wires.sent["a"]]
    assert len(heard) == 3
    assert {resuming.log.events[position - 1].workspace_id for position in heard} == {"other"}


@pytest.mark.parametrize("hold_limit", [700, 1_000_000])
@pytest.mark.parametrize("seed", range(10))
async def test_of_a_workspace_that_is_lost_meanwhile_nothing_more_is_told_and_all_of_the_others(
    hold_limit: int, seed: int
) -> None:
    """At whatever moment, and whatever happens then."""
    resuming, random = Resuming(hold_limit=hold_limit), Random(seed)
    both = Actor("bob", {"demo": Role.USER, "other": Role.USER})
    told_at_loss: list[tuple[str, int]] | None = None

    async def create(name: str) -> None:
        await resuming.create(f"{name}", workspace="demo")
        await resuming.create(f"{name}", workspace="other")

    for number in range(PAGE_SIZE):
        await create(f"before {number}")
    await resuming.deliver()
    left = 12

    async def happen() -> None:
        nonlocal told_at_loss, left
        if left and random.random() < 0.7:
            left -= 1
            await create(f"meanwhile {left}")
            await resuming.deliver()
        if random.random() < 0.3 and told_at_loss is None:
            session.narrow(both.without({"other"}))
            told_at_loss = list(resuming.wires.sent["a"])

    resuming.wires.before_low = happen
    session = resuming.session(both)
    async with asyncio.timeout(20):
        await resuming.bring_live(session)
    if told_at_loss is None:
        session.narrow(both.without({"other"}))
        told_at_loss = list(resuming.wires.sent["a"])
    await create("at last")
    await resuming.deliver()
    workspaces = {each.position: each.workspace_id for each in resuming.log.events}
    heard = resuming.wires.sent["a"]
    assert all(workspaces[position] == "demo" for _, position in heard[len(told_at_loss) :])
    in_demo = [each for each in heard if workspaces[each[1]] == "demo"]
    assert in_demo == [each for each in created(resuming) if workspaces[each[1]] == "demo"]
    assert {event for event, _ in heard} == {"channel-created"}


async def test_what_is_held_back_of_a_workspace_that_is_lost_then_is_not_told(
    resuming: Resuming,
) -> None:
    both = Actor("bob", {"demo": Role.USER, "other": Role.USER})
    await resuming.create("missed")
    await resuming.deliver()
    session = resuming.session(both)

    async def lose() -> None:
        assert session.state is State.HOLDING
        for workspace in both.roles:
            await resuming.create("held back", workspace=workspace)
        await resuming.deliver()
        session.narrow(both.without({"other"}))

    resuming.wires.before_low = lose
    await resuming.bring_live(session)
    heard = [resuming.log.events[position - 1] for _, position in resuming.wires.sent["a"]]
    assert [each.workspace_id for each in heard] == ["demo", "demo"]


async def test_where_it_cannot_go_on_the_client_is_to_reconnect(resuming: Resuming) -> None:
    await resuming.create("one")
    await resuming.deliver()
    session = resuming.session()

    class Newer(MemoryLog):
        async def read_workspace(self, *_: object, **__: object) -> list[RecordedEvent]:
            raise UndecodableEvent(1, "channel.painted", "which it does not know")

    resuming.pages._log = Newer()
    await resuming.bring_live(session)
    assert resuming.wires.closed == {"a"}
    assert resuming.wires.sent == {}


async def test_stretches_of_other_workspaces_are_stepped_over(resuming: Resuming) -> None:
    await resuming.create("first")
    for number in range(20 * PAGE_SIZE):
        await resuming.create(f"{number}", workspace="other")
    await resuming.create("last")
    await resuming.deliver()
    read: list[int] = []
    read_workspace = resuming.log.read_workspace

    async def noting(workspace_id: str, *, after: int, upto: int) -> list[RecordedEvent]:
        read.append(after)
        return await read_workspace(workspace_id, after=after, upto=upto)

    resuming.log.read_workspace = noting  # type: ignore[method-assign]
    session = resuming.session(BOB)
    await resuming.bring_live(session)
    assert resuming.wires.sent["a"] == [
        (event, position)
        for event, position in created(resuming)
        if resuming.log.events[position - 1].workspace_id == "demo"
    ]
    assert len(read) <= 4
