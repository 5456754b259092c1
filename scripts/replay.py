"""`kanal replay`: a rebuild with its progress shown, as a bar or as plain lines."""

import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from domain.errors import Invalid
from persistence.append_queue import AppendQueue
from persistence.database import Database
from persistence.mapper import create_mapper
from persistence.postgres_event_log import PostgresEventLog
from persistence.stored_events import StoredEvents
from projections.channel_list_projection import ChannelListProjection
from projections.channel_snapshots import ChannelSnapshots
from projections.rebuild import rebuild
from projections.runner import Projection

LINE_INTERVAL = 2.0
"""Seconds between two lines where there is no terminal."""

PROJECTIONS: dict[str, Projection] = {
    projection.name: projection
    for projection in (ChannelListProjection(), ChannelSnapshots(create_mapper()))
}


async def rebuild_with_progress(database_url: str, projection: str) -> None:
    """Rebuild the named projection and say how it goes. Raises Invalid, Conflict, Unavailable."""
    if projection not in PROJECTIONS:
        raise Invalid(f"there is no projection {projection!r}; there are: {', '.join(PROJECTIONS)}")
    database = Database(database_url)
    await database.open()
    try:
        stored = StoredEvents(database)
        log = PostgresEventLog(AppendQueue(database), stored, create_mapper())
        steps = rebuild(database, log, stored, PROJECTIONS[projection])
        began = last_line = time.monotonic()
        head = 0
        with _progress() as bar:
            task = bar.add_task(f"replay {projection}", total=None)
            async for position, head in steps:
                bar.update(task, completed=position, total=head)
                if not sys.stdout.isatty() and time.monotonic() - last_line > LINE_INTERVAL:
                    last_line = time.monotonic()
                    print(f"replay {projection}: {position} of {head} events", flush=True)
        seconds = time.monotonic() - began
        rate = head / seconds if seconds else 0
        print(f"replayed {projection}: {head} events in {seconds:.1f} s ({rate:.0f} a second)")
    finally:
        await database.close()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeRemainingColumn(),
        console=Console(),
        disable=not sys.stdout.isatty(),
    )
