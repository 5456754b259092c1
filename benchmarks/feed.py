"""The row `feed`: the log as other services read it, page by page, beside the same rows as asyncpg
reads them."""

import http.client
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

import asyncpg
import psutil
import uvloop

from benchmarks import cores
from benchmarks.long_log import WORKSPACES, copy_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from domain.channel import CHANNEL_TOPICS
from persistence.log.logged_event import COLUMNS
from tests.support.feed import reading_all
from tests.support.postgres import create_database
from tests.support.tokens import token

EVENTS = 50_000
"""In the log, with as many of which nobody is told."""

PAGE = 1_000

_POSITION = re.compile(rb'"position":(\d+)}$')
_GZIP = 16 + zlib.MAX_WBITS


class PageReader:
    """Reads the feed over one connection, and begins anew at its end."""

    def __init__(self, url: str, access: str, coding: str = "identity") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Authorization": f"Bearer {access}", "Accept-Encoding": coding}
        self._after = 0
        self.received = 0
        """Bytes of the bodies as they came."""

    def read(self) -> int:
        """The next page; answers how many events it has."""
        path = f"/log?limit={PAGE}&after={self._after}"
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        body = response.read()
        self.received += len(body)
        if response.headers["Content-Encoding"] == "gzip":
            body = zlib.decompress(body, _GZIP)
        position = _POSITION.search(body)
        if response.status != 200 or position is None:
            raise RuntimeError(f"expected a page, got {response.status}: {body[:500]!r}")
        events = body.count(b'"specversion"')
        self._after = int(position[1]) if events else 0
        return events

    def close(self) -> None:
        self._connection.close()


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    database = create_database(server_url)
    uvloop.run(copy_channels(database, max(20, int(plan.scale * EVENTS))))
    user = token("user-1", tuple(f"w{number}" for number in range(WORKSPACES)), ttl=86_400)
    with kanal(server_url, database) as server:
        trial = partial(_trial, server)
        yield [
            Contender("reader of all", "ours", partial(trial, reading_all, "identity")),
            Contender("reader of all, gzip", "peer", partial(trial, reading_all, "gzip")),
            Contender("a user", "peer", partial(trial, lambda: user, "identity")),
            Contender("asyncpg", "floor", partial(_read_rows, database), target=0.5),
        ]


def _trial(server: Server, access: Callable[[], str], coding: str, plan: Plan) -> Sample:
    reader = PageReader(server.url, access(), coding)
    process = psutil.Process(server.pid)
    with cores.pinned(cores.LOAD):
        reader.read()
        reader.received = 0
        used, began = sum(process.cpu_times()[:2]), time.perf_counter()
        events = 0
        while (seconds := time.perf_counter() - began) < plan.seconds:
            events += reader.read()
        used = sum(process.cpu_times()[:2]) - used
    reader.close()
    return Sample(
        value=events / seconds,
        columns={"server CPU µs each": used / events * 1e6, "bytes each": reader.received / events},
    )


def _read_rows(database: str, plan: Plan) -> Sample:
    with cores.pinned(cores.LOAD):
        return uvloop.run(_fetch(database, plan))


async def _fetch(database: str, plan: Plan) -> Sample:
    connection = await asyncpg.connect(database)
    rows = after = size = 0
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < plan.seconds:
        page = await connection.fetch(_SELECT, after, PAGE, list(CHANNEL_TOPICS))
        rows += len(page)
        size += sum(len(row["state"]) for row in page)
        after = page[-1]["notification_id"] if page else 0
    await connection.close()
    return Sample(
        value=rows / seconds, columns={"server CPU µs each": 0, "bytes each": size / rows}
    )


_SELECT = f"""
SELECT {COLUMNS} FROM stored_events
WHERE notification_id > $1 AND topic = ANY($3) ORDER BY notification_id LIMIT $2
"""

ROW = Row(
    name="feed",
    title="The log read page by page",
    unit="events a second",
    about=f"A log of {EVENTS:,} events of channels, and as many of their names, read from its"
    f" beginning in pages of {PAGE:,} over one connection: by a reader of all, by the same with"
    " gzip, and by a user of all its workspaces, who may see three quarters. The floor reads the"
    " rows of the same events from the table with asyncpg, and does nothing with them.",
    findings="Half is not to be had in Python: asyncpg takes 3 to 5 µs for a row, and msgspec 2 to"
    " decode what is stored and to encode what is told, without anything between the two. Between"
    " them, of 25 µs without the collector of garbage, are the event (6), the channel before and"
    " after it (3), what is said of it (8), and going from one to the next. What paid: names stay"
    " in Postgres, pages of 1 MiB that read nothing twice, few rows of each of many workspaces, a"
    " channel that begins without eventsourcing's look for its parameters, moments written once.",
    contenders=_contenders,
)
