"""`kanal export`: writes the log to standard output, or to a file that appears when it is whole."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import Invalid
from persistence.database.pool import Database
from persistence.transfer.log_export import export_log
from scripts.cli.progress import progress, taken

STANDARD_OUTPUT = "-"


async def export_to(database_url: str, name: str) -> None:
    """Write the log to the file `name`. Raises Invalid, Conflict, Unavailable."""
    database = Database(database_url)
    await database.open()
    began, head = time.monotonic(), 0
    try:
        with _destination(name) as file, progress("export") as update:
            async for piece in export_log(database):
                file.write(piece.content)
                head = piece.head
                update(piece.position, head)
    finally:
        await database.close()
    print(f"exported {taken(head, began)}", file=sys.stderr)


@contextmanager
def _destination(name: str) -> Iterator[BinaryIO]:
    """Where to write. A regular file gets its name when all of it is on the disk."""
    try:
        if name == STANDARD_OUTPUT:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        elif (path := Path(name)).exists() and not path.is_file():
            with path.open("wb") as device:  # a device or a pipe, which cannot be replaced
                yield device
        else:
            with _new_file(path.resolve()) as file:
                yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Invalid(f"cannot write {name}: {error.strerror}") from error


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
