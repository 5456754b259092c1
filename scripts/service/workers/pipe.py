"""The pipe between the parent and a worker, a pair of connected sockets: what they say to each
other, as lines of JSON. Its end says that the other process is gone.

A worker may be of a newer version than its parent. So the parent passes reports on unread, and what
one of them does not know it ignores.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Self

import msgspec

LONGEST_LINE = 2**24
"""Bytes; the metrics of one worker are some kilobytes."""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it accepts requests. When told to stop, it ends within so many seconds."""

    stops_within: float


class AskReport(msgspec.Struct, frozen=True, tag=True):
    """From the parent: how are you? Answered with a Report."""


class Report(msgspec.Struct, frozen=True, tag=True):
    """From a worker: how it is, a NodeReport."""

    report: msgspec.Raw


class AskReports(msgspec.Struct, frozen=True, tag=True):
    """From a worker: how are all of them? Answered with AllReports."""


class AllReports(msgspec.Struct, frozen=True, tag=True):
    """From the parent: how all of them are, by name; null for one that does not answer."""

    reports: dict[str, msgspec.Raw]


class GiveWay(msgspec.Struct, frozen=True, tag=True):
    """From the parent: another process serves in your place; accept nothing more, and end."""


class StopAtOnce(msgspec.Struct, frozen=True, tag=True):
    """From the parent: drain no longer."""


Message = Ready | AskReport | Report | AskReports | AllReports | GiveWay | StopAtOnce

_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Pipe:
    """One end of it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, end: socket.socket) -> Self:
        return cls(*await asyncio.open_unix_connection(sock=end, limit=LONGEST_LINE))

    def send(self, message: Message) -> None:
        """Send it, unless the other is gone; never waits."""
        self._writer.write(msgspec.json.encode(message) + b"\n")

    async def received(self) -> AsyncIterator[Message]:
        """What the other says, until it is gone."""
        with suppress(ConnectionError):
            while line := await self._reader.readline():
                with suppress(msgspec.ValidationError):
                    yield _decoder.decode(line)

    def close(self) -> None:
        self._writer.close()
