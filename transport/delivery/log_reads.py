"""Which reads of the log delivery needs beside following it, as protocols: Postgres implements
them, and a log in memory in tests."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from domain.event_log import RecordedEvent


class WorkspaceEvents(Protocol):
    """Reads the events that a replay page is made of. Every read raises Unavailable and
    UndecodableEvent."""

    async def read_workspace(
        self, workspace_id: str, *, after: int, upto: int
    ) -> Sequence[RecordedEvent]:
        """A workspace's events at positions in (after, upto], in order."""
        ...

    async def read_newer(self, versions: Mapping[UUID, int]) -> Sequence[RecordedEvent]:
        """The events of each stream beyond a version of it, stream by stream, in order."""
        ...


class WorkspacePositions(Protocol):
    """Finds where the events of workspaces are. Every method raises Unavailable."""

    async def head(self) -> int:
        """The position of the latest event; 0 for an empty log."""
        ...

    async def next_position(self, workspace_ids: Sequence[str], *, after: int) -> int | None:
        """The position of the first event of any of the workspaces beyond `after`, if there is."""
        ...

    async def count_workspaces(
        self, workspace_ids: Sequence[str], *, after: int, limit: int
    ) -> int:
        """How many events the workspaces have beyond `after`, counted up to `limit`."""
        ...
