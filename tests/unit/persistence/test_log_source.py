"""Which of the two is followed, Postgres or the stream: one rule, at each heartbeat."""

import asyncio

import pytest

from persistence.log.log_source import MAY_BE_BEHIND, LogSource

HEARTBEAT = MAY_BE_BEHIND + 0.5


class Beats:
    """A source, and heartbeats at their time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.changes = 0
        self.source = LogSource(lambda: self.now)
        self.source.changed = self._count

    def _count(self) -> None:
        self.changes += 1

    def beat(self, head: int, after: float = HEARTBEAT) -> bool:
        """Whether the stream is followed then."""
        self.now += after
        self.source.beat(head)
        return self.source.is_stream

    def follow(self, position: int) -> None:
        self.source.opened(position)
        self.beat(position)
        assert self.beat(position)


def test_a_stream_is_followed_once_it_has_come_to_where_the_log_was() -> None:
    beats = Beats()
    assert not beats.beat(40)
    beats.source.opened(30)
    assert not beats.beat(57)
    beats.source.brought(57)
    assert beats.beat(80)
    assert beats.source.why == ""
    assert beats.changes == 1


def test_one_that_moves_on_a_heartbeat_behind_is_followed_all_the_same() -> None:
    beats = Beats()
    beats.follow(40)
    for head in range(50, 100, 10):
        beats.source.brought(head - 10)
        assert beats.beat(head)


def test_one_that_stands_still_is_left_and_told_of_once_and_followed_when_it_moves_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    beats = Beats()
    beats.follow(40)
    assert beats.beat(41)
    for head in range(42, 50):
        assert not beats.beat(head)
    assert beats.source.why == "it stands still at position 40, and the log is at 49"
    assert len([each for each in caplog.messages if "from Postgres" in each]) == 1
    beats.source.brought(49)
    assert beats.beat(49)
    assert beats.changes == 3


def test_a_log_at_rest_is_no_stream_that_stands_still() -> None:
    beats = Beats()
    beats.follow(40)
    assert all(beats.beat(40) for _ in range(100))


def test_a_heartbeat_out_of_turn_does_not_hurry_it() -> None:
    beats = Beats()
    beats.follow(40)
    for head in range(41, 60):
        assert beats.beat(head, after=0.01)


def test_one_that_is_lost_is_left_at_once() -> None:
    beats = Beats()
    beats.follow(40)
    beats.source.closed("the connection was lost")
    assert not beats.source.is_stream
    assert not beats.beat(40)
    assert beats.source.why == "the connection was lost"


def test_in_another_epoch_it_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    beats = Beats()
    beats.follow(40)
    beats.source.forget()
    assert not beats.source.is_stream
    assert not beats.beat(30)
    assert "from Postgres" not in caplog.text, "a rewind says enough"


async def test_what_nobody_knows_of_is_not_waited_for() -> None:
    source = LogSource()
    async with asyncio.timeout(0):
        await source.reached(1)
    beats = Beats()
    beats.follow(40)
    async with asyncio.timeout(0):
        await beats.source.reached(41)


async def test_what_is_known_to_be_there_is_waited_for_and_a_late_stream_once() -> None:
    beats = Beats()
    beats.follow(40)
    beats.source.is_there(42)
    waiting = asyncio.create_task(beats.source.reached(41))
    await asyncio.sleep(0)
    assert not waiting.done()
    beats.source.brought(41)
    await waiting
    await beats.source.reached(42)
    async with asyncio.timeout(0):
        await beats.source.reached(42)
