"""The row `slow-readers`: what the service's memory does while some of its sockets do not read."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import psutil
import uvloop

from benchmarks import cores
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.sockets import abort_sockets, open_sockets
from tests.support.postgres import create_database
from tests.support.program import KANAL
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

SOCKETS = 1_000
STALLED = 10
EVENTS = 10_000
WRITERS = 16
WORKSPACE = "bench"
PATIENCE = 600.0
MIB = 2**20


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    trial = partial(_trial, server_url, plan.scale)
    yield [
        Contender(f"{STALLED} do not read", "ours", partial(trial, STALLED)),
        Contender("all read", "floor", partial(trial, 0)),
    ]


def _trial(server_url: str, scale: float, stalled: int, _: Plan) -> Sample:
    database = create_database(server_url)
    with cores.pinned(cores.SERVER):
        service = running_service(database, command=(KANAL, "serve"))
        with service as kanal, cores.pinned(cores.LOAD):
            sockets, events = (max(20, int(scale * number)) for number in (SOCKETS, EVENTS))
            return uvloop.run(_send(kanal, sockets, stalled, events))


async def _send(kanal: RunningService, count: int, stalled: int, events: int) -> Sample:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    process = psutil.Process(kanal.process.pid)
    sockets = await open_sockets(kanal.url, [access] * count)
    reading = sockets[stalled:]
    for each in sockets[:stalled]:
        each.pause_reading()
    before = most = process.memory_info().rss / MIB
    began = time.perf_counter()
    numbers = itertools.count()
    async with httpx.AsyncClient(
        base_url=f"{kanal.url}/workspaces/{WORKSPACE}/channels",
        headers={"Authorization": f"Bearer {access}"},
        timeout=PATIENCE,
    ) as http:

        async def write() -> None:
            while (number := next(numbers)) < events:
                response = await http.post("", json={"name": f"{number}", "description": "x" * 900})
                assert response.status_code == 201, response.text

        writing = asyncio.gather(*(write() for _ in range(WRITERS)))
        async with asyncio.timeout(PATIENCE):
            while not writing.done() or any(each.frames < events for each in reading):
                most = max(most, process.memory_info().rss / MIB)
                await asyncio.sleep(0.1)
        await writing
        seconds = time.perf_counter() - began
        metrics = (await http.get(f"{kanal.url}/health/metrics")).text
    cut = next(x for x in metrics.splitlines() if x.startswith("kanal_sockets_cut_total "))
    lost = sum(each.is_lost for each in reading)
    abort_sockets(sockets)
    return Sample(
        value=len(reading) * events / seconds,
        columns={
            "MiB before": before,
            "MiB at most": most,
            "MiB after": process.memory_info().rss / MIB,
            "sockets cut": float(cut.split()[1]),
            "readers lost": float(lost),
        },
    )


ROW = Row(
    name="slow-readers",
    title="Memory while some sockets do not read",
    unit="deliveries a second",
    about=f"{SOCKETS:,} sockets, {EVENTS:,} channels with a description of 900 characters, sent to"
    f" all; {STALLED} of the sockets read nothing, and each may have 1 MiB waiting for it"
    " (KANAL_SEND_BUFFER) before it is cut. Memory is the service's resident set, looked at ten"
    " times a second. One round.",
    contenders=_contenders,
    rounds=1,
)
