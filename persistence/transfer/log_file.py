"""The log as a file of JSON lines, which the export writes and the import reads.

A header, a line for each event, a trailer. Each line ends with a checksum of itself, and the
trailer has one of all lines before it: any damage to a file is found, and the line named. The
format is described in `docs/export.md`; the same log always gives the same bytes.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec

from domain.errors import Invalid
from persistence.log.epochs import Lineage

FORMAT = 2

FORMAT_WITHOUT_EPOCHS = 1
"""The format before epochs; it can still be read, as a log of one epoch."""

_NO_STATE = msgspec.Raw(b"")

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class EpochLine(msgspec.Struct, frozen=True):
    """One epoch of the log: its id, its first position, and when it began."""

    log: UUID
    first: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    began: datetime | None


class Header(msgspec.Struct, frozen=True):
    """Which log it is, and how many events follow. `log` is the id of the last epoch."""

    kanal: Literal["log"]
    format: int
    log: UUID
    head: Count
    epochs: list[EpochLine] = []

    @property
    def lineage(self) -> list[EpochLine]:
        """The epochs, oldest first."""
        return self.epochs or [EpochLine(self.log, 1, None)]


class EventLine(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One event with all that is stored of it. `state` has the bytes of the database unchanged, or
    else `state_base64` has them, where they cannot be part of a line of JSON."""

    position: Count
    stream: UUID
    version: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
    topic: str
    workspace: str | None
    state: msgspec.Raw = _NO_STATE
    state_base64: bytes | None = None

    @property
    def stored_state(self) -> bytes:
        return bytes(self.state) if self.state_base64 is None else self.state_base64


class Trailer(msgspec.Struct, frozen=True):
    """The end. `sha256` is the digest of all lines before this one."""

    events: Count
    sha256: str


def event_line(
    position: int, stream: UUID, version: int, topic: str, workspace: str | None, state: bytes
) -> EventLine:
    """The line of an event."""
    if _fits_in_a_line(state):
        return EventLine(position, stream, version, topic, workspace, msgspec.Raw(state))
    return EventLine(position, stream, version, topic, workspace, _NO_STATE, state)


class LogFileWriter:
    """Makes the lines of a file, one after the other."""

    def __init__(self, lineage: Lineage, head: int) -> None:
        self._epochs = [EpochLine(each.id, each.first, each.began_at) for each in lineage.epochs]
        self._head = head
        self._sha256 = hashlib.sha256()

    def header(self) -> bytes:
        log_id = self._epochs[-1].log
        return self._told(_line(Header("log", FORMAT, log_id, self._head, self._epochs)))

    def events(self, events: Iterable[EventLine]) -> bytes:
        """The lines of the next events."""
        return self._told(b"".join([_line(event) for event in events]))

    def trailer(self) -> bytes:
        return _line(Trailer(self._head, self._sha256.hexdigest()))

    def _told(self, lines: bytes) -> bytes:
        self._sha256.update(lines)
        return lines


class LogFileReader:
    """Reads a file, and verifies all of it. Raises Invalid, which names the line, where the file is
    not as it was written. The file is whole only if all events were read without that."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._sha256 = hashlib.sha256()
        self.line = 0
        """The number of the latest line, from 1."""
        self.header = self._header()

    @property
    def position(self) -> int:
        """That of the latest event."""
        return min(self.line - 1, self.header.head)

    def events(self) -> Iterator[EventLine]:
        """The events in order; after the last of them the trailer is verified."""
        head = self.header.head
        for position in range(1, head + 1):
            event = self._read(_EVENT)
            if event.position != position:
                raise self._broken(f"position {event.position}")
            if (event.state_base64 is None) is (event.state is _NO_STATE):
                raise self._broken("another line (it has no `state`, or two)")
            yield event
        digest = self._sha256.hexdigest()
        trailer = self._read(_TRAILER)
        if trailer != Trailer(head, digest):
            raise self._broken(
                f"{trailer.events} and {trailer.sha256}",
                expected=f"{head} events and the SHA-256 {digest}",
            )
        if next(self._lines, b""):
            self.line += 1
            raise self._broken("more", expected="the end of the file")

    def _header(self) -> Header:
        header = self._read(_HEADER)
        if header.format not in (FORMAT, FORMAT_WITHOUT_EPOCHS):
            raise self._broken(f"format {header.format}")
        ids = [epoch.log for epoch in header.lineage]
        if (
            (header.format == FORMAT_WITHOUT_EPOCHS) is bool(header.epochs)
            or len(set(ids)) != len(ids)
            or ids[-1] != header.log
        ):
            raise self._broken("epochs that do not end with its log, or one of them twice")
        return header

    def _read(self, decoder: "msgspec.json.Decoder[T]") -> "T":
        self.line += 1
        try:
            line = next(self._lines, b"")
        except OSError as error:
            raise self._broken(f"what cannot be read: {error.strerror}") from error
        if not line.endswith(b"\n"):
            raise self._broken("a line that is cut off" if line else "the end of the file")
        content, checksum = line[:-_CHECKSUM_LENGTH], line[-_CHECKSUM_LENGTH:]
        if checksum != _checksum(content):
            raise self._broken("a line that does not match its checksum")
        self._sha256.update(line)
        try:
            return decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._broken(f"another line ({error})") from None

    def _broken(self, found: str, expected: str = "") -> Invalid:
        return Invalid(f"line {self.line}: expected {expected or self._expected()}, found {found}")

    def _expected(self) -> str:
        """What the latest line should be."""
        if self.line == 1:
            return f"the header of an export, format {FORMAT}"
        position, head = self.line - 1, self.header.head
        if position <= head:
            return f"the event at position {position} of {head}"
        return f"the trailer behind {head} events"


def _line(content: msgspec.Struct) -> bytes:
    body = _ENCODER.encode(content)[:-1]
    return body + _checksum(body)


def _checksum(content: bytes) -> bytes:
    """The end of a line: the CRC-32 of the bytes before it."""
    return b',"crc32":"%08x"}\n' % zlib.crc32(content)


def _fits_in_a_line(state: bytes) -> bool:
    """Whether it is an object in valid JSON and UTF-8 without a line break."""
    if not state or state[0] != _OPENS or state[-1] != _CLOSES or _LF in state or _CR in state:
        return False
    try:
        _ANY.decode(state)
        return state.isascii() or bool(state.decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


_CHECKSUM_LENGTH = len(_checksum(b""))
_OPENS, _CLOSES, _LF, _CR = b"{}\n\r"
_ANY = msgspec.json.Decoder(msgspec.Raw)  # looks through all of it, and makes nothing of it
_ENCODER = msgspec.json.Encoder()
_HEADER = msgspec.json.Decoder(Header)
_EVENT = msgspec.json.Decoder(EventLine)
_TRAILER = msgspec.json.Decoder(Trailer)

T = TypeVar("T", bound=msgspec.Struct)
