"""Past sessions: the latest are remembered, and how far back is said as it is."""

from transport.delivery.claims import Told
from transport.delivery.past_sessions import End, PastSessions


def add(past: PastSessions, name: str, upto: int, workspaces: int = 1) -> None:
    told = Told(name, {f"w-{number}": 0 for number in range(workspaces)}, upto)
    past.add(name, told, 0, End.CLOSED, has_resumed=False)


def test_all_are_remembered_while_there_is_room() -> None:
    past = PastSessions(room=3)
    past.begin("log", 7)
    for number in range(3):
        add(past, f"s-{number}", 10 + number)
    assert [each.eio_sid for each in past] == ["s-0", "s-1", "s-2"]
    assert (past.beyond, past.has_forgotten) == (7, False)


def test_the_oldest_are_forgotten_and_it_says_from_where_on_it_knows_all() -> None:
    past = PastSessions(room=3)
    past.begin("log", 7)
    since = past.since
    for number in range(5):
        add(past, f"s-{number}", 20 - number)
    assert [each.eio_sid for each in past] == ["s-2", "s-3", "s-4"]
    assert (past.beyond, past.has_forgotten) == (20, True)
    assert past.since > since


def test_a_session_of_many_workspaces_takes_the_room_of_many() -> None:
    past = PastSessions(room=10)
    for name in ("a", "b", "c"):
        add(past, name, 1, workspaces=4)
    assert [each.eio_sid for each in past] == ["b", "c"]
    add(past, "too large", 1, workspaces=11)
    assert list(past) == []


def test_each_is_remembered_with_the_log_that_it_was_told_of() -> None:
    past = PastSessions()
    past.begin("first", 5)
    add(past, "a", 6)
    past.begin("second", 3)
    add(past, "b", 4)
    assert [each.log_id for each in past] == ["first", "second"]
    assert past.beyond == 5
