"""The row `transfer`: a log of a million events out into a file and in again, and checked."""

import io
import tempfile
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import psutil
import uvloop

from benchmarks.long_log import EVENTS_OF_A_CHANNEL, copy_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from projections.channel_list.projection import ChannelListProjection
from projections.running.rebuild import rebuild
from scripts.cli.check import check_log
from scripts.cli.command import run
from scripts.cli.export import export_to
from scripts.cli.import_log import import_from
from scripts.cli.open_log import open_log
from scripts.cli.replay import verify_projection
from tests.support.postgres import create_database

EVENTS = 1_000_000


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    url, events = create_database(server_url), int(EVENTS * plan.scale)
    uvloop.run(_fill(url, events // EVENTS_OF_A_CHANNEL))
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "log")
        yield [
            Contender("Kanal", "ours", partial(_trial, server_url, url, events, file)),
            Contender("Postgres' own COPY", "floor", partial(_bare_trial, url, events, file)),
        ]


async def _fill(url: str, channels: int) -> None:
    """A log of so many channels, and the list that is verified."""
    await copy_channels(url, channels)
    async with open_log(url) as opened:
        async for _ in rebuild(opened.database, opened.log, ChannelListProjection()):
            pass


def _trial(server_url: str, url: str, events: int, file: str, _: Plan) -> Sample:
    """Each as its subcommand does it."""
    exporting = _seconds(export_to(url, file))
    there = create_database(server_url)
    importing = _seconds(import_from(there, file))
    uvloop.run(_drop(server_url, there))
    rates = {
        "export": events / exporting,
        "import": events / importing,
        "verify": events / _seconds(verify_projection(url, ChannelListProjection.model.name)),
        "check": events / _seconds(check_log(url)),
        "most MiB": psutil.Process().memory_info().rss / 2**20,
    }
    return Sample(events / (exporting + importing), rates)


def _seconds(subcommand: Coroutine[Any, Any, None]) -> float:
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        run(subcommand)
    return time.perf_counter() - began


async def _drop(server_url: str, url: str) -> None:
    connection = await asyncpg.connect(server_url)
    await connection.execute(f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")
    await connection.close()


def _bare_trial(url: str, events: int, file: str, _: Plan) -> Sample:
    """The floor: the rows out into a file, and into a table with the same indexes."""

    async def trial() -> list[float]:
        connection = await asyncpg.connect(url)
        await connection.execute(_BARE_TABLE)
        times = [time.perf_counter()]
        await connection.copy_from_table("stored_events", output=file, format="binary")
        times.append(time.perf_counter())
        await connection.copy_to_table("bare", source=file, format="binary")
        times.append(time.perf_counter())
        await connection.execute("DROP TABLE bare")
        await connection.close()
        return times

    began, between, ended = uvloop.run(trial())
    rates = {"export": events / (between - began), "import": events / (ended - between)}
    return Sample(events / (ended - began), rates)


_BARE_TABLE = "CREATE TABLE bare (LIKE stored_events INCLUDING INDEXES)"

ROW = Row(
    name="transfer",
    title="A log moved and checked",
    unit="events a second, out and in again",
    about=f"A log of {EVENTS:,} events, two a channel: `kanal export` into a file and `kanal"
    " import` of it into an empty database; and of the log that it came from `kanal replay channels"
    " --verify` and `kanal check`. The columns are events a second of each. The floor is Postgres'"
    " own COPY of the same rows, out into a file and into a table with the same indexes; it checks"
    " nothing, and has no figures for the other two.",
    findings="An export and a check are Python's, five sixths of the CPU and more. Of an export a"
    " third is asyncpg's rows, and the rest goes into lines: JSON, CRC-32 and SHA-256. Its SHA-256"
    " in a thread of its own made no difference that could be told (0.97 to 1). Of a check a third"
    " decodes events and a seventh derives the ids of the names' streams (`uuid5`). An import is"
    " half Postgres', of which most is the three indexes, made at the end.",
    contenders=_contenders,
    rounds=2,
    beyond=1.5,
)
