"""`kanal export`: writes the log to standard output, or to a file that appears when it is whole."""

import operator
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO

from tenacity import AsyncRetrying, RetryError, retry_if_result, stop_after_delay, wait_fixed

from domain.errors import Invalid, Unavailable
from persistence.database.pool import Database
from persistence.database.reading import Connections
from persistence.database.replica import Replica
from persistence.database.session_settings import InvalidDatabaseUrl
from persistence.log.replica_check import ReplicaCheck
from persistence.log.whole_log import read_extent
from persistence.transfer.log_export import export_log
from scripts.cli.progress import progress, taken

STANDARD_OUTPUT = "-"

REPLICA_PATIENCE = 10.0
"""Seconds that a replica gets to come to where the log ends."""


async def export_to(database_url: str, name: str, replica_url: str | None = None) -> None:
    """Write the log to the file `name`, from the replica if it can be read. Raises Invalid,
    Conflict, Unavailable."""
    began, head = time.monotonic(), 0
    async with _source(database_url, replica_url) as source:
        with _destination(name) as file, progress("export") as update:
            async with aclosing(export_log(source)) as pieces:
                async for piece in pieces:
                    file.write(piece.content)
                    head = piece.head
                    update(piece.position, head)
    print(f"exported {taken(head, began)}", file=sys.stderr)


@asynccontextmanager
async def _source(database_url: str, replica_url: str | None) -> AsyncIterator[Connections]:
    """The replica, once it has come to where the log ends now, or the primary."""
    database = Database(database_url)
    await database.open()
    try:
        if replica_url is None:
            yield database
            return
        extent = await read_extent(database)
        check = ReplicaCheck(lambda: extent.lineage)
        replica = Replica(replica_url, database, check, head=lambda: extent.head)
        try:
            has_come = await _comes_to(replica, extent.head)
            if not has_come:
                print("kanal: the replica cannot be read: exporting the primary", file=sys.stderr)
            yield replica if has_come else database
        finally:
            await replica.close()
    finally:
        await database.close()


async def _comes_to(replica: Replica, position: int) -> bool:
    waiting = AsyncRetrying(
        retry=retry_if_result(operator.not_),
        wait=wait_fixed(0.1),
        stop=stop_after_delay(REPLICA_PATIENCE),
    )
    try:
        await waiting(replica.has_reached, position)
    except (RetryError, Unavailable):
        return False
    except InvalidDatabaseUrl as error:
        raise Invalid(f"KANAL_DATABASE_REPLICA_URL: {error}") from None
    return True


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
