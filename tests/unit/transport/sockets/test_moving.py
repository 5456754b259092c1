"""A session that moves to another node goes on there as if it had stayed, from whichever moment."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.access import RevokedAccess
from domain.actor import Actor, Role
from persistence.log.epochs import Epoch, Lineage
from tests.support.catching_up import Resuming, Wires
from tests.support.creation import ALICE, BOB, asked_by
from tests.support.memory_log import MemoryLog
from transport.auth.revocations import Revocations
from transport.delivery.claims import Claim, Handshake
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.session_state import State
from transport.limits.limits import Allowances, Limits
from transport.metrics import Metrics
from transport.socketio.takeover import TakeOverFailed
from transport.sockets.deadlines import Deadlines
from transport.sockets.moving import Moving
from transport.sockets.replies import Replies
from transport.sockets.revoked_sessions import RevokedSessions

PAGE_SIZE = 8


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("catch_up", "replay_pages"):
        monkeypatch.setattr(f"transport.delivery.{module}.PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr("transport.delivery.catch_up.TURN_EMISSIONS", 1)


class MovingNode(Resuming):
    """The sessions of a node; several of them have one log and one client."""

    def __init__(self, log: MemoryLog, wires: Wires, *, allowed: Allowances | None = None) -> None:
        super().__init__(log=log)
        self.wires = wires
        self.delivery._telling._send = wires.send
        self.catch_up._connections = wires
        server: Any = wires
        replies = Replies(server)
        self.revocations = Revocations(kept_for=3600)
        self.revocations.all_known()
        self.moving = Moving(
            sessions=self.sessions,
            delivery=self.delivery,
            catch_up=self.catch_up,
            deadlines=Deadlines(server, replies, auth_timeout=3600),
            limits=Limits(allowed or Allowances(), Metrics()),
            revocations=self.revocations,
            revoked=RevokedSessions(server, self.sessions, self.revocations, replies),
        )

    def hand_over(self, session: Session) -> bytes:
        described = self.moving.describe(session)
        assert described is not None
        self.sessions.close(session.eio_sid)
        return described

    def take_over(self, described: bytes) -> Session:
        self.moving.take_over("a", described)()
        return self.sessions["a"]


@pytest.fixture
def nodes() -> tuple[MovingNode, MovingNode]:
    log, wires = MemoryLog(), Wires()
    return MovingNode(log, wires), MovingNode(log, wires)


async def live(session: Session) -> None:
    async with asyncio.timeout(20):
        while session.state is not State.LIVE:
            await asyncio.sleep(0)


async def test_who_has_not_authenticated_keeps_what_it_has_said_and_the_time_that_is_left(
    nodes: tuple[MovingNode, MovingNode],
) -> None:
    opened, other = nodes
    session = opened.sessions.open("a", "192.0.2.1")
    said = Handshake(Claim(7, "a log"), "7@log", can_resume=True)
    session.connect(said, offset_suffix="@log")
    session.may_reconnect = True
    loop = asyncio.get_running_loop()
    session.set_deadline(loop.call_later(1_000, lambda: None))
    moved = other.take_over(opened.hand_over(session))
    assert (moved.state, moved.actor, moved.address) == (State.CONNECTED, None, "192.0.2.1")
    assert (moved.handshake, moved.offset_suffix) == (said, "@log")
    assert (moved.is_prepaid, moved.may_reconnect) == (True, True)
    assert 990 < moved.patience <= 1_000
    moved.close()


async def test_who_speaks_for_a_user_keeps_all_of_it(nodes: tuple[MovingNode, MovingNode]) -> None:
    opened, other = nodes
    actor = Actor(
        "bob", {"demo": Role.GUEST}, frozenset({"kanal:operate"}), 12.5, frozenset({"lost"})
    )
    session = opened.session(actor)
    session.transaction, session.expires_at = "t", 4_000_000_000.5
    session.go_live()
    told = session.told
    moved = other.take_over(opened.hand_over(session))
    assert (moved.state, moved.actor, moved.told) == (State.LIVE, actor, told)
    assert (moved.transaction, moved.expires_at) == ("t", 4_000_000_000.5)
    assert (moved.is_prepaid, moved.may_reconnect) == (False, True)
    assert opened.sessions.get("a") is None
    assert opened.sessions.listeners.of_user("bob") == []
    assert other.sessions.listeners.of_user("bob") == [moved]
    moved.close()


@pytest.mark.parametrize("step", range(0, 30, 3))
async def test_all_is_told_once_and_in_order_from_whichever_moment_it_moves(
    nodes: tuple[MovingNode, MovingNode], step: int
) -> None:
    """The events have two things to say to bob, and the other node is behind this one."""
    opened, other = nodes
    for number in range(PAGE_SIZE):
        ref = await opened.create(f"{number}", is_private=True)
        await opened.commands.add_member(asked_by(ALICE), ref, "bob")
        await opened.create(f"public {number}")
    await opened.deliver()
    session, described, steps = opened.session(BOB), None, 0
    session.expires_at = 4_000_000_000

    async def move() -> None:
        nonlocal described, steps
        steps += 1
        if steps == step:
            described = opened.hand_over(session)

    opened.wires.before_low = move
    session.run_catch_up(opened.catch_up.run(session))
    while described is None and session.state is not State.LIVE:
        await asyncio.sleep(0)
    opened.wires.before_low = None
    moved = other.take_over(described or opened.hand_over(session))
    for _ in range(20):
        await asyncio.sleep(0)
    await other.deliver()
    await live(moved)
    await opened.create("afterwards")
    await opened.deliver()
    await other.deliver()
    sent = opened.wires.sent["a"]
    assert len(sent) == len(set(sent)) == 3 * PAGE_SIZE + 1
    assert [position for _, position in sent] == sorted(position for _, position in sent)
    moved.close()


async def test_what_was_taken_back_meanwhile_is_taken_back_at_the_other_node(
    nodes: tuple[MovingNode, MovingNode],
) -> None:
    opened, other = nodes
    session = opened.session(BOB)
    session.go_live()
    other.revocations.add(RevokedAccess("bob", None, datetime.now(UTC)))
    told: list[Any] = []
    other.moving._revoked._replies.say_ended = lambda *said: told.append(said)  # type: ignore
    moved = other.take_over(opened.hand_over(session))
    assert (moved.state, moved.actor, len(told)) == (State.EXPIRED, None, 1)
    moved.close()


async def test_a_session_that_has_expired_goes_nowhere(
    nodes: tuple[MovingNode, MovingNode],
) -> None:
    session = nodes[0].session(ALICE)
    session.expire(End.EXPIRED)
    assert nodes[0].moving.describe(session) is None
    nodes[0].delivery.pause()
    assert nodes[0].moving.describe(nodes[0].sessions.open("b")) is None


async def test_another_epoch_or_nonsense_is_not_taken_over(
    nodes: tuple[MovingNode, MovingNode],
) -> None:
    opened, other = nodes
    described = opened.hand_over(opened.session(ALICE))
    other.delivery.begin(Lineage((Epoch(uuid4(), 1, datetime.now(UTC)),)), 0)
    for handed_over in (described, b"", b"\x90", described[:-1]):
        with pytest.raises(TakeOverFailed):
            other.take_over(handed_over)
    assert len(other.sessions) == 0


async def test_a_node_takes_no_more_than_it_may_have() -> None:
    log, wires = MemoryLog(), Wires()
    opened = MovingNode(log, wires)
    for allowed in (Allowances(connections=0), Allowances(connections_of_user=0)):
        other = MovingNode(log, wires, allowed=allowed)
        with pytest.raises(TakeOverFailed):
            other.take_over(opened.hand_over(opened.session(ALICE)))
        assert len(other.sessions) == 0
