"""The row `feed-beside`: what creates over HTTP notice of others who read the whole log."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.synchronize import Event

import uvloop

from benchmarks import cores
from benchmarks.feed import EVENTS, PageReader
from benchmarks.load import create_channels
from benchmarks.long_log import copy_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from tests.support.feed import reading_all
from tests.support.postgres import create_database
from tests.support.tokens import token

READERS = 4
CONNECTIONS = 4
"""Of those who create: few, so that what they wait for is not one another."""

WORKSPACE = "bench"


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    database = create_database(server_url)
    uvloop.run(copy_channels(database, max(20, int(plan.scale * EVENTS))))
    with kanal(server_url, database) as server:
        yield [
            Contender(f"beside {READERS} readers", "ours", partial(_trial, server, READERS)),
            Contender("alone", "floor", partial(_trial, server, 0)),
        ]


def _trial(server: Server, readers: int, plan: Plan) -> Sample:
    context = get_context("spawn")
    is_over = context.Event()
    processes = [context.Process(target=_read, args=(server.url, is_over)) for _ in range(readers)]
    with cores.pinned(cores.LOAD):
        for process in processes:
            process.start()
    try:
        url = f"{server.url}/workspaces/{WORKSPACE}/channels"
        access = token("bench", (WORKSPACE,), ttl=86_400)
        created = create_channels(url, access, CONNECTIONS, plan)
    finally:
        is_over.set()
        for process in processes:
            process.join()
    return Sample(
        value=created.columns["p99 ms"],
        columns={"p50 ms": created.columns["p50 ms"], "creates a second": created.value},
    )


def _read(url: str, is_over: Event) -> None:
    reader = PageReader(url, reading_all(), "gzip")
    while not is_over.is_set():
        reader.read()
    reader.close()


ROW = Row(
    name="feed-beside",
    title="Creates beside readers of the whole log",
    unit="p99 ms",
    about=f"{CONNECTIONS} connections create channels over HTTP, while {READERS} others read the"
    " log from its beginning on, in whole pages, one after the other; and while nobody does. All"
    " is one process on one core.",
    findings="What is left to creates is what the core has left: a page takes turns with"
    " them every ten events, and two are made at a time, however many ask.",
    contenders=_contenders,
    less_is_better=True,
)
