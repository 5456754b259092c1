"""Listeners: who can be spoken to, found by the audience of an emission."""

import pytest

from domain.actor import Actor, Role
from domain.visibility import Audience
from transport.delivery.past_sessions import End
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions

ALL = Audience("demo")
ALICE_ALONE = Audience("demo", only=frozenset({"alice"}))


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(hold_limit=0)


def actor(user_id: str, *workspaces: str) -> Actor:
    return Actor(user_id, dict.fromkeys(workspaces or ("demo",), Role.USER))


def listening(sessions: Sessions, sid: str, who: Actor) -> Session:
    session = sessions.open(sid)
    session.authenticate(who, 0)
    session.go_live()
    return session


def heard_by(sessions: Sessions, audience: Audience) -> list[str]:
    return sorted(session.eio_sid for session in sessions.listeners.audience(audience))


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
    listeners = sessions.listeners
    first = listening(sessions, "a", actor("alice", "demo", "other"))
    second = listening(sessions, "b", actor("alice"))
    assert [listeners.are_in(each) for each in ("demo", "other", "third")] == [True, True, False]
    first.authenticate(actor("bob", "third"), 0)
    first.go_live()
    assert [listeners.are_in(each) for each in ("demo", "other", "third")] == [True, False, True]
    second.expire(End.EXPIRED)
    assert [listeners.are_in(each) for each in ("demo", "other", "third")] == [False, False, True]
    sessions.close("a")
    assert not listeners.are_in("third")


def test_nothing_is_kept_of_sessions_that_are_gone(sessions: Sessions) -> None:
    for number in range(3):
        listening(sessions, str(number), actor(f"user-{number}", "demo", f"own-{number}"))
    for number in range(3):
        sessions.close(str(number))
    kept, nothing = (vars(each.listeners) for each in (sessions, Sessions(hold_limit=0)))
    hooks = {"has_joined": kept["has_joined"], "settle": kept["settle"]}
    assert {**kept, "joined": 0} == {**nothing, **hooks}
    assert len(sessions) == 0


def test_what_belongs_to_no_workspace_has_no_listeners(sessions: Sessions) -> None:
    listening(sessions, "a", actor("alice"))
    assert not sessions.listeners.are_in(None)


def test_a_user_hears_nothing_for_them_in_a_workspace_they_may_not_use(sessions: Sessions) -> None:
    listening(sessions, "a", actor("alice", "other"))
    assert heard_by(sessions, ALICE_ALONE) == []
