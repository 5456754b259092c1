"""A stream while it is level with the log, and where those of a node are found: by their readers,
who are found by the workspaces that they read."""

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


class LevelIndex:
    """The level streams of a node. Those with equal readers are told the same."""

    def __init__(self) -> None:
        self._streams: dict[FeedReader, set[LevelStream]] = {}
        self._readers: dict[str | None, set[FeedReader]] = {}
        """By workspace, with None for those who read them all."""

    def __iter__(self) -> Iterator[LevelStream]:
        """All of them; they may be removed meanwhile."""
        return iter([each for streams in self._streams.values() for each in streams])

    def __bool__(self) -> bool:
        return bool(self._streams)

    def add(self, stream: LevelStream) -> None:
        reader = stream.reader
        if reader not in self._streams:
            self._streams[reader] = set()
            for workspace_id in _workspaces(reader):
                self._readers.setdefault(workspace_id, set()).add(reader)
        self._streams[reader].add(stream)

    def remove(self, stream: LevelStream) -> None:
        reader = stream.reader
        self._streams[reader].remove(stream)
        if not self._streams[reader]:
            del self._streams[reader]
            for workspace_id in _workspaces(reader):
                self._readers[workspace_id].remove(reader)
                if not self._readers[workspace_id]:
                    del self._readers[workspace_id]

    def of(self, reader: FeedReader) -> list[LevelStream]:
        """Those of a reader; they may be removed meanwhile."""
        return list(self._streams.get(reader, ()))

    def is_read(self, workspace_id: str | None) -> bool:
        """Whether anybody reads a workspace."""
        return None in self._readers or workspace_id in self._readers

    def readers_of(self, workspace_id: str) -> Iterator[FeedReader]:
        """Whoever reads a workspace."""
        yield from self._readers.get(None, ())
        yield from self._readers.get(workspace_id, ())


def _workspaces(reader: FeedReader) -> tuple[str | None, ...]:
    return (None,) if reader.workspace_ids is None else tuple(reader.workspace_ids)
