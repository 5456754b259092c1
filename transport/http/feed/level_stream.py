"""A stream while it is level with the log, and where those of a node are found: in groups that are
told the same, which are found by the workspaces that they read."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from projections.feed.reader import FeedReader


class Connection(Protocol):
    """Where a stream is written to."""

    @property
    def takes_at_once(self) -> bool: ...
    def write(self, chunk: bytes) -> None: ...


@dataclass(slots=True, eq=False)
class LevelStream:
    """A stream that has told all up to `position`, when it becomes level, and again when it is let
    go."""

    reader: FeedReader
    position: int
    expires_at: float
    """When its access ends, in Unix time."""
    connection: Connection
    is_let_go: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True, eq=False)
class LevelGroup:
    """Streams with equal readers."""

    reader: FeedReader
    streams: set[LevelStream] = field(default_factory=set)

    def __iter__(self) -> Iterator[LevelStream]:
        """All of them; they may be removed meanwhile."""
        return iter(tuple(self.streams))


class LevelIndex:
    """The level streams of a node."""

    def __init__(self) -> None:
        self._groups: dict[FeedReader, LevelGroup] = {}
        self._by_workspace: dict[str | None, set[LevelGroup]] = {}
        """With None for those who read them all."""

    def __iter__(self) -> Iterator[LevelStream]:
        """All of them; they may be removed meanwhile."""
        return iter([stream for group in self._groups.values() for stream in group])

    def __bool__(self) -> bool:
        return bool(self._groups)

    def add(self, stream: LevelStream) -> None:
        group = self._groups.get(stream.reader)
        if group is None:
            group = self._groups[stream.reader] = LevelGroup(stream.reader)
            for workspace_id in _workspaces(stream.reader):
                self._by_workspace.setdefault(workspace_id, set()).add(group)
        group.streams.add(stream)

    def remove(self, stream: LevelStream) -> None:
        group = self._groups[stream.reader]
        group.streams.remove(stream)
        if not group.streams:
            del self._groups[stream.reader]
            for workspace_id in _workspaces(stream.reader):
                self._by_workspace[workspace_id].remove(group)
                if not self._by_workspace[workspace_id]:
                    del self._by_workspace[workspace_id]

    def is_read(self, workspace_id: str | None) -> bool:
        """Whether anybody reads a workspace."""
        return None in self._by_workspace or workspace_id in self._by_workspace

    def of(self, workspace_id: str) -> Iterator[LevelGroup]:
        """Whoever reads a workspace."""
        yield from self._by_workspace.get(None, ())
        yield from self._by_workspace.get(workspace_id, ())


def _workspaces(reader: FeedReader) -> tuple[str | None, ...]:
    return (None,) if reader.workspace_ids is None else tuple(reader.workspace_ids)
