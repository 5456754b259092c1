"""`kanal check`: reads the whole log and prints a line for each fault, or, where there is none, the
epochs."""

import time
from collections.abc import Iterable
from contextlib import aclosing

from domain.errors import Conflict
from persistence.database.pool import Database
from persistence.log.logged_event import logged_event
from persistence.log.mapper import create_mapper
from persistence.log.whole_log import read_extent, read_pages
from persistence.read_models.checkpoints import read_checkpoints
from projections.checking.log_check import Fault, LogCheck
from projections.representations import rfc3339
from scripts.cli.progress import progress, taken


async def check_log(database_url: str) -> None:
    """Print the faults. Raises Conflict where there are any, Unavailable."""
    database = Database(database_url)
    await database.open()
    began, faults = time.monotonic(), 0

    def show(found: Iterable[Fault]) -> None:
        nonlocal faults
        for fault in found:
            faults += 1
            print(fault, flush=True)

    try:
        # Read before the head: both move on meanwhile, and none may look as if it were beyond it.
        async with database.acquire() as connection:
            checkpoints = await read_checkpoints(connection)
        extent = await read_extent(database)
        last = max(extent.head, extent.last)
        check = LogCheck(create_mapper())
        with progress("check") as update:
            async with aclosing(read_pages(database, upto=last)) as pages:
                async for page in pages:
                    for row in page:
                        if found := check.take_in(logged_event(row)):
                            show(found)
                    update(check.position, last)
            show(check.end(extent.log_id, extent.lineage, extent.head))
        for model, position in checkpoints.items():
            if position > extent.head:
                beyond = f"is at {position}, beyond the head at {extent.head}"
                show([Fault(f"checkpoint of {model}", beyond)])
    finally:
        await database.close()
    if faults:
        raise Conflict(f"faults in the log: {faults}; checked {taken(last, began)}")
    print(f"the log is whole; checked {taken(last, began)}")
    for number, epoch in enumerate(extent.lineage.epochs, 1):
        begun = rfc3339(epoch.began_at)
        print(f"epoch {number}: {epoch.id}, from position {epoch.first}, begun {begun}")
