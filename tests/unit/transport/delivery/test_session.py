"""A session: its states, every transition between them, and every one that is refused."""

import asyncio
from collections.abc import Callable

import pytest

from domain.actor import Actor, Role
from domain.channel_repository import fold_changes
from domain.event_log import RecordedEvent
from domain.visibility import Audience
from projections.emissions.emissions import emissions_of
from tests.support.events import channel_created
from transport.delivery.claims import NO_HANDSHAKE, NOTHING_TOLD, Claim, Handshake, Told
from transport.delivery.encoding import Outgoing
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.session_state import IllegalTransition, State
from transport.delivery.sessions import Sessions

ALICE = Actor("alice", {"demo": Role.USER})
BOB = Actor("bob", {"demo": Role.USER, "other": Role.USER})

CONNECTED, CATCHING_UP, HOLDING = State.CONNECTED, State.CATCHING_UP, State.HOLDING
LIVE, EXPIRED, CLOSED = State.LIVE, State.EXPIRED, State.CLOSED

TRANSITIONS: dict[str, Callable[[Session], object]] = {
    "connect": lambda session: session.connect(NO_HANDSHAKE, offset_suffix=None),
    "authenticate": lambda session: session.authenticate(ALICE, 0),
    "narrow": lambda session: session.narrow(ALICE),
    "advance": lambda session: session.advance(1),
    "hold": Session.hold,
    "fall behind": Session.fall_behind,
    "go live": Session.go_live,
    "expire": lambda session: session.expire(End.EXPIRED),
    "close": Session.close,
}

WAYS: dict[State, list[str]] = {
    CONNECTED: [],
    CATCHING_UP: ["authenticate"],
    HOLDING: ["authenticate", "hold"],
    LIVE: ["authenticate", "go live"],
    EXPIRED: ["authenticate", "go live", "expire"],
    CLOSED: ["close"],
}

ALLOWED: dict[State, dict[str, State]] = {
    CONNECTED: {
        "connect": CONNECTED,
        "authenticate": CATCHING_UP,
        "expire": CONNECTED,
        "close": CLOSED,
    },
    CATCHING_UP: {
        "connect": CONNECTED,
        "authenticate": CATCHING_UP,
        "narrow": CATCHING_UP,
        "advance": CATCHING_UP,
        "hold": HOLDING,
        "go live": LIVE,
        "expire": EXPIRED,
        "close": CLOSED,
    },
    HOLDING: {
        "connect": CONNECTED,
        "authenticate": CATCHING_UP,
        "narrow": HOLDING,
        "advance": HOLDING,
        "fall behind": HOLDING,
        "go live": LIVE,
        "expire": EXPIRED,
        "close": CLOSED,
    },
    LIVE: {
        "connect": CONNECTED,
        "authenticate": CATCHING_UP,
        "narrow": LIVE,
        "expire": EXPIRED,
        "close": CLOSED,
    },
    EXPIRED: {
        "connect": CONNECTED,
        "authenticate": CATCHING_UP,
        "expire": EXPIRED,
        "close": CLOSED,
    },
    CLOSED: {"expire": CLOSED, "close": CLOSED},
}

AN_EVENT = channel_created(description="x" * 400)


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(hold_limit=2_000)


@pytest.fixture
def session(sessions: Sessions) -> Session:
    return sessions.open("a")


def go(session: Session, *transitions: str) -> Session:
    for transition in transitions:
        TRANSITIONS[transition](session)
    return session


def is_listening(session: Session) -> bool:
    return session in session.listeners.audience(Audience("demo"))


def outgoing() -> Outgoing:
    (change,) = fold_changes(None, [RecordedEvent(1, "demo", AN_EVENT)])
    (emission,) = emissions_of(change)
    return Outgoing(emission)


@pytest.mark.parametrize("transition", TRANSITIONS)
@pytest.mark.parametrize("state", State)
def test_a_transition_leads_where_it_must_or_is_refused(
    session: Session, state: State, transition: str
) -> None:
    go(session, *WAYS[state])
    assert session.state is state
    if transition in ALLOWED[state]:
        go(session, transition)
    else:
        with pytest.raises(IllegalTransition):
            go(session, transition)
    after = ALLOWED[state].get(transition, state)
    assert session.state is after
    assert is_listening(session) is (after in {HOLDING, LIVE})
    assert (session.actor is not None) is (after in {CATCHING_UP, HOLDING, LIVE})
    speaking = session.listeners.of_user("alice")
    assert speaking == ([session] if session.actor is not None else [])
    assert session.is_open is (after is not CLOSED)


@pytest.mark.parametrize("transition", ["authenticate", "connect", "expire", "close"])
@pytest.mark.parametrize("state", [CATCHING_UP, HOLDING])
async def test_what_ends_a_catch_up_cancels_its_task(
    session: Session, state: State, transition: str
) -> None:
    go(session, "authenticate")
    ended = asyncio.Event()

    async def catch_up() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    session.run_catch_up(catch_up())
    await asyncio.sleep(0)
    go(session, *WAYS[state][1:], transition)
    await asyncio.wait_for(ended.wait(), 5)


async def test_a_catch_up_that_has_come_to_what_is_live_ends_by_itself(session: Session) -> None:
    went_on = asyncio.Event()

    async def catch_up() -> None:
        session.go_live()
        await asyncio.sleep(0)
        went_on.set()

    go(session, "authenticate")
    session.run_catch_up(catch_up())
    await asyncio.wait_for(went_on.wait(), 5)


def test_its_position_is_where_it_was_told_and_once_live_the_deliverys(session: Session) -> None:
    session.listeners.position = 10
    session.authenticate(ALICE, 4)
    assert session.position == 4
    session.advance(9)
    assert session.position == 9
    session.advance(10)
    session.go_live()
    session.listeners.position = 12
    assert session.position == 12
    session.expire(End.EXPIRED)
    session.listeners.position = 20
    assert session.position == 12


def test_what_it_was_told_is_remembered_when_it_expires(session: Session) -> None:
    session.authenticate(ALICE, 4)
    session.advance(9)
    session.expire(End.EXPIRED)
    assert session.told == Told("alice", {"demo": 4}, 9)
    session.authenticate(ALICE, 9)
    session.advance(11)
    assert session.told == Told("alice", {"demo": 4}, 11), "it is one piece: 4 to 11"
    session.authenticate(BOB, 7)
    assert session.told == Told("bob", {"demo": 7, "other": 7}, 7), "another user was told nothing"


@pytest.mark.parametrize("state", [CATCHING_UP, HOLDING, LIVE])
def test_of_a_workspace_that_it_loses_it_is_told_nothing_more(
    session: Session, state: State
) -> None:
    go(session, *WAYS[state])
    session.authenticate(BOB, 4)
    go(session, *WAYS[state][1:])
    session.narrow(BOB.without({"other"}))
    assert session.state is state
    assert list(session.listeners.audience(Audience("other"))) == []
    assert is_listening(session) is (state is not CATCHING_UP)
    assert session.told.since == {"demo": 4}, "what it hears of the other next is new to it"
    go(session, "expire")
    assert not is_listening(session)
    assert session.listeners.of_user("bob") == []


def test_a_client_that_enters_the_namespace_anew_was_told_nothing(session: Session) -> None:
    go(session, "authenticate", "go live")
    handshake = Handshake(Claim(3), "3", can_resume=True)
    session.connect(handshake, offset_suffix="@log")
    assert session.told is NOTHING_TOLD
    assert (session.handshake, session.offset_suffix) == (handshake, "@log")
    go(session, "authenticate")
    assert session.handshake is NO_HANDSHAKE, "it was for the one `auth` that followed it"


def test_who_has_authenticated_once_may_reconnect(session: Session) -> None:
    assert not session.may_reconnect
    go(session, "authenticate", "expire")
    assert session.may_reconnect


def test_what_is_held_back_is_told_in_order_when_the_session_goes_live(session: Session) -> None:
    first, second = outgoing(), outgoing()
    go(session, "authenticate")
    assert not session.hold_back([first]), "it is not listening yet"
    go(session, "hold")
    assert session.hold_back([first])
    assert session.hold_back([second])
    assert not session.fall_behind()
    assert session.go_live() == [first, second]
    assert not session.hold_back([first]), "it is told itself now"


def test_a_session_for_which_more_is_held_back_than_may_be_falls_behind(session: Session) -> None:
    go(session, "authenticate", "hold")
    for _ in range(4):
        assert session.hold_back([outgoing()])
    assert session.fall_behind()
    assert session.state is CATCHING_UP
    go(session, "hold")
    assert session.go_live() == []


def test_what_was_held_back_is_forgotten_when_the_session_expires(session: Session) -> None:
    go(session, "authenticate", "hold")
    session.hold_back([outgoing()])
    go(session, "expire", "authenticate", "hold")
    assert session.go_live() == []


async def test_a_deadline_that_is_replaced_does_not_come(session: Session) -> None:
    rung: list[str] = []
    loop = asyncio.get_running_loop()
    session.set_deadline(loop.call_later(0, rung.append, "before"))
    last = asyncio.Event()
    session.set_deadline(loop.call_later(0, last.set))
    await asyncio.wait_for(last.wait(), 5)
    assert rung == []


async def test_a_session_that_closes_takes_its_deadline_with_it(session: Session) -> None:
    timer = asyncio.get_running_loop().call_later(3600, lambda: None)
    session.set_deadline(timer)
    session.close()
    assert timer.cancelled()


def test_sessions_are_found_by_their_connections_until_they_close(sessions: Sessions) -> None:
    before = sessions.open("a")
    assert sessions["a"] is before
    assert sessions.close("a")
    assert not sessions.close("a")
    assert sessions.get("a") is None
    assert before.state is CLOSED
    assert sessions.open("a") is not before
    assert sessions["a"].state is CONNECTED
