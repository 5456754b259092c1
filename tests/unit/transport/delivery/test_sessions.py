"""Sessions: who is listening, and who can be spoken to."""

import asyncio

import pytest

from domain.actor import Actor, Role
from domain.channel_repository import fold_changes
from domain.event_log import DomainEvent, RecordedEvent
from domain.visibility import Audience
from projections.emissions.emissions import emissions_of
from tests.support.events import channel_created
from transport.delivery.encoding import Outgoing
from transport.delivery.sessions import Session, Sessions

ALL = Audience("demo")
ALICE_ALONE = Audience("demo", only=frozenset({"alice"}))


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(most_held=1_000)


def actor(user_id: str, *workspaces: str) -> Actor:
    return Actor(user_id, dict.fromkeys(workspaces or ("demo",), Role.USER))


def listening(sessions: Sessions, sid: str, who: Actor) -> Session:
    session = sessions.open(sid)
    sessions.listen(session, who)
    return session


def outgoing_of(event: DomainEvent) -> Outgoing:
    (change,) = fold_changes(None, [RecordedEvent(1, "demo", event)])
    (emission,) = emissions_of(change)
    return Outgoing(emission)


def heard_by(sessions: Sessions, audience: Audience) -> list[str]:
    return sorted(session.eio_sid for session in sessions.audience(audience))


def test_a_session_that_has_only_opened_hears_nothing(sessions: Sessions) -> None:
    session = sessions.open("a")
    assert session.actor is None
    assert heard_by(sessions, ALL) == []
    assert heard_by(sessions, ALICE_ALONE) == []


def test_a_listening_session_hears_its_workspaces_and_no_other(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice", "demo", "second"))
    assert session.actor == actor("alice", "demo", "second")
    assert heard_by(sessions, ALL) == ["a"]
    assert heard_by(sessions, Audience("second")) == ["a"]
    assert heard_by(sessions, Audience("third")) == []


@pytest.mark.parametrize("role", Role)
def test_every_role_hears(sessions: Sessions, role: Role) -> None:
    listening(sessions, "a", Actor("alice", {"demo": role}))
    assert heard_by(sessions, ALL) == ["a"]


def test_all_sessions_of_all_users_hear_what_is_for_all(sessions: Sessions) -> None:
    for sid, user_id in (("a1", "alice"), ("a2", "alice"), ("b", "bob")):
        listening(sessions, sid, actor(user_id))
    listening(sessions, "c", actor("carol", "other"))
    assert heard_by(sessions, ALL) == ["a1", "a2", "b"]


def test_all_sessions_of_a_user_alone_hear_what_is_for_the_user(sessions: Sessions) -> None:
    for sid, user_id in (("a1", "alice"), ("a2", "alice"), ("b", "bob")):
        listening(sessions, sid, actor(user_id))
    assert heard_by(sessions, ALICE_ALONE) == ["a1", "a2"]
    assert heard_by(sessions, Audience("demo", frozenset({"bob", "nobody"}))) == ["b"]
    assert heard_by(sessions, Audience("demo", frozenset())) == []


def test_all_but_some_users_hear_what_is_for_the_others(sessions: Sessions) -> None:
    for sid, user_id in (("a1", "alice"), ("a2", "alice"), ("b", "bob"), ("c", "carol")):
        listening(sessions, sid, actor(user_id))
    listening(sessions, "d", actor("dora", "other"))
    assert heard_by(sessions, Audience("demo", without={"alice"})) == ["b", "c"]
    assert heard_by(sessions, Audience("demo", without={"bob", "nobody"})) == ["a1", "a2", "c"]
    assert heard_by(sessions, Audience("demo", without={"alice", "bob", "carol"})) == []


def test_an_audience_is_whoever_it_says_that_it_includes(sessions: Sessions) -> None:
    users = ("alice", "bob", "carol")
    for user_id in users:
        listening(sessions, user_id, actor(user_id))
    absent = {f"user-{number}" for number in range(5)}
    for some in (set(), {"bob"}, {"alice", "carol"}, set(users), absent, {"bob", *absent}):
        for audience in (ALL, Audience("demo", only=some), Audience("demo", without=some)):
            assert heard_by(sessions, audience) == list(filter(audience.includes, users))


def test_a_workspace_has_listeners_as_long_as_a_session_hears_it(sessions: Sessions) -> None:
    assert not sessions.has_listeners("demo")
    first = sessions.open("a")
    assert not sessions.has_listeners("demo")
    sessions.listen(first, actor("alice", "demo", "other"))
    second = listening(sessions, "b", actor("alice"))
    assert sessions.has_listeners("demo")
    assert sessions.has_listeners("other")
    assert not sessions.has_listeners("third")
    sessions.listen(first, actor("bob", "third"))
    assert not sessions.has_listeners("other")
    assert sessions.has_listeners("third")
    assert sessions.has_listeners("demo")
    sessions.silence(second)
    assert not sessions.has_listeners("demo")
    sessions.close("a")
    assert not sessions.has_listeners("third")


def test_what_belongs_to_no_workspace_has_no_listeners(sessions: Sessions) -> None:
    listening(sessions, "a", actor("alice"))
    assert not sessions.has_listeners(None)


def test_a_user_hears_nothing_for_them_in_a_workspace_they_may_not_use(sessions: Sessions) -> None:
    listening(sessions, "a", actor("alice", "other"))
    assert heard_by(sessions, ALICE_ALONE) == []


def test_a_silenced_session_hears_nothing_and_stays_open(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice", "demo", "other"))
    listening(sessions, "b", actor("alice"))
    sessions.silence(session)
    assert session.actor is None
    assert heard_by(sessions, ALL) == ["b"]
    assert heard_by(sessions, Audience("other")) == []
    assert sessions.is_open(session)
    assert sessions["a"] is session


def test_silencing_twice_is_silencing_once(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice"))
    sessions.silence(session)
    sessions.silence(session)
    assert heard_by(sessions, ALL) == []


def test_a_silenced_session_may_listen_again(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice"))
    sessions.silence(session)
    sessions.listen(session, actor("alice"))
    assert heard_by(sessions, ALL) == ["a"]


def test_listening_again_takes_the_place_of_listening_before(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice", "demo", "other"))
    sessions.listen(session, actor("bob", "demo"))
    assert session.actor == actor("bob", "demo")
    assert heard_by(sessions, ALL) == ["a"]
    assert heard_by(sessions, ALICE_ALONE) == []
    assert heard_by(sessions, Audience("other")) == []


def test_listening_twice_as_the_same_user_is_listening_once(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice"))
    sessions.listen(session, actor("alice"))
    assert heard_by(sessions, ALL) == ["a"]


def test_a_closed_session_is_gone(sessions: Sessions) -> None:
    session = listening(sessions, "a", actor("alice"))
    sessions.close("a")
    assert heard_by(sessions, ALL) == []
    assert sessions.get("a") is None
    assert not sessions.is_open(session)
    assert len(sessions) == 0


def test_closing_what_is_not_open_does_nothing(sessions: Sessions) -> None:
    listening(sessions, "a", actor("alice"))
    sessions.close("b")
    assert heard_by(sessions, ALL) == ["a"]


def test_a_session_is_not_the_one_that_had_its_id_before(sessions: Sessions) -> None:
    before = sessions.open("a")
    sessions.close("a")
    after = sessions.open("a")
    assert sessions.is_open(after)
    assert not sessions.is_open(before)


def test_nothing_is_kept_of_sessions_that_are_gone(sessions: Sessions) -> None:
    for number in range(3):
        listening(sessions, str(number), actor(f"user-{number}", "demo", f"own-{number}"))
    for number in range(3):
        sessions.close(str(number))
    assert vars(sessions) == vars(Sessions(most_held=1_000))


async def test_a_timer_that_is_replaced_does_not_ring(sessions: Sessions) -> None:
    rung: list[str] = []
    session = sessions.open("a")
    loop = asyncio.get_running_loop()
    session.set_timer(loop.call_later(0, rung.append, "before"))
    last = asyncio.Event()
    session.set_timer(loop.call_later(0, last.set))
    await asyncio.wait_for(last.wait(), 5)
    assert rung == []


async def test_a_session_that_closes_takes_its_timer_with_it(sessions: Sessions) -> None:
    loop = asyncio.get_running_loop()
    timer = loop.call_later(3600, lambda: None)
    sessions.open("a").set_timer(timer)
    sessions.close("a")
    assert timer.cancelled()


def test_no_more_is_held_for_a_session_than_is_to_be(sessions: Sessions) -> None:
    session = sessions.open("a")
    sessions.listen(session, actor("alice"), holding=True)
    held, outgoing = session.held, outgoing_of(channel_created(description="x" * 400))
    assert held is not None
    held.add([outgoing])
    assert (held.outgoing, held.is_too_much) == ([outgoing], False)
    held.add([outgoing])
    assert (held.outgoing, held.is_too_much) == ([], True)
