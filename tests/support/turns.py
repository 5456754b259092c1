"""Commands at once, made deterministic: each waits before every call of the log for its turn."""

import types
from collections.abc import Coroutine, Generator, Sequence
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from domain.channel_repository import ChannelAt
from domain.errors import DomainError
from domain.event_log import DomainEvent, EventLog, RecordedEvent

T = TypeVar("T")


class TurnsLog:
    """A log whose callers wait for their turn before each call: run them in `UnderWay`."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    @property
    def epoch(self) -> UUID | None:
        return self._log.epoch

    async def append(
        self, events: Sequence[DomainEvent], workspace_id: str | None, *, epoch: UUID | None = None
    ) -> int:
        await _turn("append")
        return await self._log.append(events, workspace_id, epoch=epoch)

    async def read_stream(
        self,
        stream_id: UUID,
        *,
        after: int = 0,
        upto: int | None = None,
        as_of: int | None = None,
    ) -> Sequence[RecordedEvent]:
        await _turn("read")
        return await self._log.read_stream(stream_id, after=after, upto=upto, as_of=as_of)

    async def read_latest(
        self, stream_id: UUID, *, upto: int | None = None
    ) -> Sequence[RecordedEvent]:
        await _turn("read")
        return await self._log.read_latest(stream_id, upto=upto)


class UnderWay(Generic[T]):
    """A command that goes on as far as it is told, and no further than to its next call."""

    def __init__(self, command: Coroutine[Any, Any, T]) -> None:
        self._command = command
        self._outcome: T | DomainError | None = None
        self.waits_for: str | None = "begin"
        """The call that it makes next: "read" or "append"; None once it has ended."""
        self.go_on()

    def go_on(self) -> None:
        """Make one call."""
        try:
            self.waits_for = self._command.send(None)
        except StopIteration as end:
            self.waits_for, self._outcome = None, end.value
        except DomainError as refusal:
            self.waits_for, self._outcome = None, refusal

    def go_on_to(self, call: str) -> None:
        """Go on until a call of this kind is next, or to the end."""
        while self.waits_for not in (call, None):
            self.go_on()

    def outcome(self) -> T | DomainError:
        """Go on to the end: what it answers, or its refusal."""
        while self.waits_for is not None:
            self.go_on()
        return cast("T | DomainError", self._outcome)


def done(command: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end with nothing in between. Raises its refusal."""
    outcome = UnderWay(command).outcome()
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def at_once(
    first: Coroutine[Any, Any, Any], second: Coroutine[Any, Any, Any], *, reads: int | None = None
) -> list[Any]:
    """The outcomes, where the second runs as a whole while the first waits before its append, or
    after so many reads of the log if that is earlier."""
    slow = UnderWay(first)
    if reads is None:
        slow.go_on_to("append")
    for _ in range(reads or 0):
        if slow.waits_for == "read":
            slow.go_on()
    quick = UnderWay(second).outcome()
    return [slow.outcome(), quick]


def versions(*outcomes: ChannelAt | DomainError) -> list[int]:
    """Of commands that have all succeeded: the versions of the channel that they answer."""
    for outcome in outcomes:
        assert isinstance(outcome, ChannelAt), outcome
    return [outcome.channel.version for outcome in outcomes if isinstance(outcome, ChannelAt)]


@types.coroutine
def _turn(call: str) -> Generator[str, None, None]:
    yield call
