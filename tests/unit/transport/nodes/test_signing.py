"""Who may open a link: only a node of the same log, for the node that it names, now, and once."""

import pytest

from transport.nodes.signing import MAX_SKEW, Signing

KEY = b"k" * 32


class Clock:
    """The database's clock, as the nodes know it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


def node(id: str, clock: Clock, key: bytes = KEY) -> Signing:
    return Signing(id, lambda: key, lambda: clock.now)


def test_a_node_takes_the_greeting_of_another_and_is_known_by_its_reply(clock: Clock) -> None:
    caller, target = node("caller", clock), node("target", clock)
    greeting = caller.greeting("target")
    assert target.take(greeting) == "target"
    assert caller.is_reply(target.reply(greeting), greeting)


def test_a_greeting_is_taken_once_and_says_for_whom_it_is(clock: Clock) -> None:
    """It may come to a process that shares the port with the one that it is for."""
    greeting = node("caller", clock).greeting("target")
    another = node("another", clock)
    assert another.take(greeting) == "target"
    assert not another.take(greeting)


@pytest.mark.parametrize("late", [MAX_SKEW + 0.1, -MAX_SKEW - 0.1])
def test_a_greeting_of_another_time_is_refused(clock: Clock, late: float) -> None:
    greeting = node("caller", clock).greeting("target")
    clock.now += late
    assert not node("target", clock).take(greeting)


def test_what_was_taken_is_remembered_as_long_as_it_would_be_good(clock: Clock) -> None:
    caller, target = node("caller", clock), node("target", clock)
    clock.now += MAX_SKEW  # the caller's clock is that much ahead of what the target's will be
    greeting = caller.greeting("target")
    clock.now -= MAX_SKEW
    assert target.take(greeting)
    clock.now += 2 * MAX_SKEW
    assert target.take(caller.greeting("target"))
    assert not target.take(greeting)


def test_nothing_in_a_greeting_can_be_changed(clock: Clock) -> None:
    greeting = node("caller", clock).greeting("target")
    for place in range(len(greeting)):
        changed = (
            greeting[:place] + ("1" if greeting[place] != "1" else "2") + greeting[place + 1 :]
        )
        assert not node("target", clock).take(changed)


@pytest.mark.parametrize("key", [b"", b"another key", KEY + b"\0" * 33])
def test_another_key_opens_nothing_and_is_told_nothing(clock: Clock, key: bytes) -> None:
    """Also a node that has no key yet, whose HMAC anybody can compute."""
    caller, target = node("caller", clock, key), node("target", clock, b"" if not key else KEY)
    greeting = caller.greeting("target")
    assert not target.take(greeting)
    honest = node("caller", clock)
    assert not honest.is_reply(node("target", clock, key).reply(greeting), greeting)


@pytest.mark.parametrize("said", ["", "....", "a.b.c.d.e", "é" * 90, "\ud800"])
def test_what_is_no_greeting_is_refused(clock: Clock, said: str) -> None:
    assert not node("target", clock).take(said)
