"""Exported logs: made, read from a database and into one, and spoilt in the ways that files are."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import asyncpg

from persistence.database.pool import Database
from persistence.log.epochs import Epoch, Lineage
from persistence.transfer.log_export import export_log
from persistence.transfer.log_file import EventLine, LogFileReader, LogFileWriter, event_line
from persistence.transfer.log_import import IMPORT_NAME, import_log

LOG = UUID("0b0e7a52-52f6-4a6e-8f39-6a2f1b1d4c11")
LINEAGE = Lineage((Epoch(LOG, 1, datetime(2026, 1, 31, tzinfo=UTC)),))
STREAM = UUID("3f0c4c6e-7c53-4a5e-9a53-0d9f6f6f4b51")


def a_line(
    position: int,
    state: bytes = b'{"a":"\xc3\xa9"}',
    *,
    version: int | None = None,
    topic: str = "topic",
) -> EventLine:
    """An event whose version is its position, unless another is said."""
    return event_line(
        position, STREAM, position if version is None else version, topic, "Отдел 7", state
    )


def a_file(*events: EventLine) -> bytes:
    """The file of a log of these events."""
    writer = LogFileWriter(LINEAGE, len(events))
    return writer.header() + writer.events(events) + writer.trailer()


def read(file: bytes) -> list[EventLine]:
    """The events of a file. Raises Invalid where it is not as it was written."""
    return list(LogFileReader(BytesIO(file)).events())


async def exported(database: Database) -> bytes:
    """The log of a database as a file."""
    return b"".join([piece.content async for piece in export_log(database)])


async def imported(database_url: str, file: bytes) -> None:
    """Import a file, as a process of its own does."""
    database = Database(database_url, application_name=IMPORT_NAME)
    await database.open()
    try:
        reader = LogFileReader(BytesIO(file))
        await import_log(database, reader, lambda _: None)
    finally:
        await database.close()


async def log_rows(connection: asyncpg.Connection) -> tuple[asyncpg.Record, list[asyncpg.Record]]:
    """All that is stored of a log: the head row, and the events in order."""
    head = await connection.fetchrow("SELECT * FROM log_head")
    assert head is not None
    return head, await connection.fetch("SELECT * FROM stored_events ORDER BY notification_id")


def _each_line(change: Callable[[list[bytes]], object]) -> Callable[[bytes], bytes]:
    def changed(file: bytes) -> bytes:
        lines = file.splitlines(keepends=True)
        change(lines)
        return b"".join(lines)

    return changed


def _swap(lines: list[bytes]) -> None:
    lines[2], lines[3] = lines[3], lines[2]


def _without_middle(lines: list[bytes]) -> None:
    del lines[2]


def _without_last_event(lines: list[bytes]) -> None:
    del lines[-2]


def _repeat(lines: list[bytes]) -> None:
    lines.insert(3, lines[2])


def _change_state(lines: list[bytes]) -> None:
    lines[2] = lines[2].replace(b'"state":{', b'"state":[')


def _mend_the_end(lines: list[bytes]) -> None:
    lines[2] = lines[2].replace(b"\n", b"\r\n")


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a hole": (_each_line(_without_middle), "line 3: expected the event at position 2 of"),
    "a hole at the end": (_each_line(_without_last_event), "expected the event at position"),
    "a repeat": (_each_line(_repeat), "line 4: expected the event at position 3 of"),
    "two lines swapped": (_each_line(_swap), "line 3: expected the event at position 2 of"),
    "a changed byte": (_each_line(_change_state), "line 3: .*does not match its checksum"),
    "another line end": (_each_line(_mend_the_end), "line 3: .*does not match its checksum"),
    "cut between lines": (_each_line(lambda lines: lines.pop()), "found the end of the file"),
    "cut in a line": (lambda file: file[:-1], "found a line that is cut off"),
    "no header": (_each_line(lambda lines: lines.pop(0)), "line 1: expected the header"),
    "more at the end": (lambda file: file + file, "expected the end of the file, found more"),
    "nothing": (lambda _: b"", "line 1: expected the header of an export.*found the end"),
}
"""What may have happened to a file of three events or more, and what an import says of it."""
