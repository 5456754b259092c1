"""Epochs: the stretches of a log in which no position was given out twice, and what two copies of a
log have in common. The id of the current one is the `log` that clients see; whoever checks the
claim of a client asks here whether it still holds.

    epoch A   1 2 3 4 5 6 7 8 9      7 to 9 are lost: the server that had them is no more
    epoch B               7 8 9 10   other events at the same positions

A client that has seen A up to 6 goes on in B. One that has seen more of A has seen lost events.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from persistence.database.pool import Connection


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch; positions from `first` on were given out in it, up to the first of the next."""

    id: UUID
    first: int
    began_at: datetime
    text: str = field(init=False, repr=False, compare=False)
    """The id as clients see it, written once: each event of the feed says it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", str(self.id))


@dataclass(frozen=True, slots=True)
class Lineage:
    """The epochs of one log, oldest first; there is at least one."""

    epochs: tuple[Epoch, ...]

    @property
    def log_id(self) -> str:
        """The id of the log, which is that of its current epoch."""
        return self.epochs[-1].text

    def includes(self, log_id: str | None, position: int) -> bool:
        """Whether this log has all events of the log `log_id` up to a position.

        None as the id stands for this log. With the id of an earlier epoch it is so up to where
        positions were given out again, with an unknown id never.
        """
        if log_id is None:
            return True
        for number, epoch in enumerate(self.epochs, 1):
            if epoch.text == log_id:
                return all(position < later.first for later in self.epochs[number:])
        return False

    def shared_with_epoch(self, log_id: UUID) -> int:
        """The last position that this log has in common with the log `log_id`: GREATEST where that
        is this one, and 0 where it is unknown."""
        for number, epoch in enumerate(self.epochs, 1):
            if epoch.id == log_id:
                return min((later.first - 1 for later in self.epochs[number:]), default=GREATEST)
        return 0

    def shared_with(self, other: "Lineage") -> int:
        """The last position that two logs have in common by their epochs: 0 for two that have
        nothing in common, GREATEST for the same log."""
        pairs = zip(self.epochs, other.epochs, strict=False)
        same = len(list(takewhile(lambda pair: pair[0].id == pair[1].id, pairs)))
        if same == 0:
            return 0
        apart = (*self.epochs[same:], *other.epochs[same:])
        return min((epoch.first - 1 for epoch in apart), default=GREATEST)

    def comes_before(self, other: "Lineage") -> bool:
        """Whether the other log continues this one: it has its epochs, and more."""
        ours, theirs = [[each.id for each in of.epochs] for of in (self, other)]
        return len(ours) < len(theirs) and theirs[: len(ours)] == ours

    def epoch_at(self, position: int) -> Epoch:
        """The epoch that an event of this log was recorded in."""
        latest = self.epochs[-1]
        if latest.first <= position:
            return latest
        return next(each for each in reversed(self.epochs) if each.first <= max(position, 1))


async def read_lineage(connection: Connection) -> Lineage:
    """The epochs of the log that a connection leads to."""
    rows = await connection.fetch(
        "SELECT id, first_position, began_at FROM log_epochs ORDER BY number"
    )
    return Lineage(tuple(Epoch(UUID(int=id.int), first, at) for id, first, at in rows))


GREATEST = 2**63 - 1
"""The largest position that there can be."""
