"""`kanal import`: reads an exported log into an empty database."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import Invalid
from persistence.database.pool import Database
from persistence.transfer.log_file import LogFileReader
from persistence.transfer.log_import import IMPORT_NAME, import_log
from scripts.cli.progress import progress, taken

STANDARD_INPUT = "-"

BUFFER_BYTES = 1_048_576


async def import_from(database_url: str, name: str) -> None:
    """Import the file `name`. Raises Invalid, Conflict, Unavailable."""
    with _source(name) as lines:
        file = LogFileReader(lines)
        database = Database(database_url, application_name=IMPORT_NAME)
        await database.open()
        began, head = time.monotonic(), file.header.head
        try:
            with progress("import") as update:
                await import_log(database, file, lambda position: update(position, head))
        finally:
            await database.close()
    print(f"imported {taken(head, began)}; the log is {file.header.log}")


@contextmanager
def _source(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb", buffering=BUFFER_BYTES)  # noqa: SIM115  it is closed below
    except OSError as error:
        raise Invalid(f"cannot read {name}: {error.strerror}") from error
    with file:
        yield file
